import fc from 'fast-check';
import { hostileTexts } from '../security/hostile-text.ts';

/** Values that have no business where they are put. */
const strange: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...hostileTexts, '', '\u0000', '\ud800', 'x'.repeat(3_000), '1e999', 'NaN', '1,5', '٣'),
  fc.constantFrom<unknown>(null, true, false, 0, -0, -1, 0.1 + 0.2, 1e-7, 1e21, 5e-324, 2 ** 53, 1.7e308),
  fc.constantFrom<unknown>([], {}, [[]], [{}], { length: 3 }, { toString: 1 }, { toJSON: 1 }, { valueOf: 1 }),
  fc.jsonValue({ maxDepth: 3 }),
  fc.integer({ min: 10, max: 300 }).map(nested),
);
const field = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'prototype', 'hasOwnProperty', 'toString', 'trusted', 'source', 'is_bot'),
  fc.constantFrom(...hostileTexts),
);

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { x: value };
  return value;
}

type Mutation = {
  pick: number;
  kind: 'replace' | 'remove' | 'add' | 'repeat' | 'move';
  value: unknown;
  name: string;
  from: number;
};
const mutation: fc.Arbitrary<Mutation> = fc.record({
  pick: fc.nat(),
  kind: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add', 'repeat', 'move'),
  value: strange,
  name: field,
  from: fc.nat(),
});

/** One of the bodies with some of its values replaced, removed, repeated, put elsewhere, or joined by others. */
export function mutated(bodies: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc
    .tuple(fc.constantFrom(...bodies), fc.array(mutation, { maxLength: 5 }))
    .map(([body, mutations]) => mutations.reduce<unknown>(apply, structuredClone(body)));
}

type Place = { holder: Record<string, unknown>; key: string };

function apply(body: unknown, { pick, kind, value, name, from }: Mutation): unknown {
  const places = placesIn(body);
  const place = places[pick % Math.max(1, places.length)];
  if (place === undefined) return kind === 'replace' ? value : body;
  const { holder, key } = place;
  const target = holder[key];
  const own = structuredClone(kind === 'move' ? places[from % places.length]?.holder : value);
  if (kind === 'remove') delete holder[key];
  else if (kind === 'repeat' && Array.isArray(target)) target.push(...target.map((each) => structuredClone(each)));
  else if (kind !== 'add') define(holder, key, own);
  else if (Array.isArray(target)) target.push(own);
  else define(typeof target === 'object' && target !== null ? target : holder, name, own);
  return body;
}

/** As JSON.parse does it: `__proto__` is a field like any other. */
function define(holder: object, key: string, value: unknown): void {
  if (Array.isArray(holder) && !/^\d+$/.test(key)) return;
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Every value but the body itself, within so many levels. */
function placesIn(value: unknown, depth = 0): Place[] {
  if (typeof value !== 'object' || value === null || depth > 8) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key], depth + 1)]);
}
