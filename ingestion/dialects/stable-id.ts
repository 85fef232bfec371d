import { uuidV5 } from '../../platform/uuid-v5.ts';
import { isObject } from './loose.ts';

/** Namespace of the ids that are made of what others send; a fixed random UUID, never to be changed. */
const DIALECT_NAMESPACE = '2629c96f-70a1-45c3-9cdb-dfdac422516b';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** What lies deeper tells no two events of a shop apart. */
const MAX_DEPTH = 20;

/** An id that the sender gave, as a UUID: itself where it is one, else the one that is always made of it. */
export function idFromName(name: string): string {
  return UUID.test(name) ? name : uuidV5(DIALECT_NAMESPACE, name);
}

/** The id of one of several events that an entry becomes. */
export function idOfPart(entryId: string, part: number): string {
  return uuidV5(DIALECT_NAMESPACE, `${entryId} ${part}`);
}

/**
 * Makes ids of content for the entries of one request, for senders that give none: the same request sent again makes the
 * same ids, and two entries that say the same stay two.
 */
export function createContentIds(): (content: unknown) => string {
  const times = new Map<string, number>();
  return (content) => {
    const id = uuidV5(DIALECT_NAMESPACE, canonical(content, 0));
    const before = times.get(id) ?? 0;
    times.set(id, before + 1);
    return before === 0 ? id : idOfPart(id, -before);
  };
}

/** JSON with its keys in order, and no deeper than can be walked. */
function canonical(value: unknown, depth: number): string {
  if (depth > MAX_DEPTH) return '…';
  if (Array.isArray(value)) return `[${value.map((entry) => canonical(entry, depth + 1)).join()}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(value[key], depth + 1)}`).join()}}`;
}
