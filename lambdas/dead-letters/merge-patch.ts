import { BazaarError } from '../../platform/errors.ts';

/** A value of JSON. */
export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/**
 * The target after a JSON merge patch (RFC 7396): objects are merged, null takes a field out, anything else replaces. Neither
 * argument is changed, and a field `__proto__` is a field like any other.
 */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const merged = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergePatch(merged.get(name), value));
  }
  return Object.fromEntries(merged);
}

/**
 * The target with one value set, or taken out when it is undefined. A number in the path is a place in an array, up to the one
 * behind its last; objects on the way are made.
 *
 * @throws BazaarError (`usage`) when the path leads through something that has no fields.
 */
export function setAt(target: Json | undefined, path: readonly string[], value: Json | undefined): Json | undefined {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (Array.isArray(target)) {
    const index = Number(name);
    if (!/^\d+$/.test(name) || index > target.length)
      throw new BazaarError('usage', `there is no place '${name}' in a list of ${target.length}`);
    const item = setAt(target[index], rest, value);
    return target.toSpliced(index, 1, ...(item === undefined ? [] : [item]));
  }
  if (target !== undefined && !isObject(target))
    throw new BazaarError('usage', `there is no field '${name}' in what is no object and no list`);
  const fields = new Map(Object.entries(target ?? {}));
  const field = setAt(fields.get(name), rest, value);
  if (field === undefined) fields.delete(name);
  else fields.set(name, field);
  return Object.fromEntries(fields);
}

function isObject(value: Json | undefined): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
