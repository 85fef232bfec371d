import { expect, test } from 'vitest';
import { type Json, mergePatch, setAt } from '../../../lambdas/dead-letters/merge-patch.ts';

/** RFC 7396, appendix A: original, patch, result. */
const EXAMPLES: [Json, Json, Json][] = [
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

test.each(EXAMPLES)('%j patched with %j is %j, as RFC 7396 says', (target, patch, result) => {
  expect(mergePatch(target, patch)).toEqual(result);
});

test('a patch of __proto__ is a field and changes no prototype', () => {
  const merged = mergePatch({}, JSON.parse('{"__proto__":{"trusted":true}}'));
  expect(Object.getOwnPropertyNames(merged)).toEqual(['__proto__']);
  expect(({} as Record<string, unknown>).trusted).toBeUndefined();
});

test('sets and takes out fields at any depth, and leaves what it was given', () => {
  const event = { items: [{ quantity: 0 }, { quantity: 2 }], colour: 'red' };
  expect(setAt(event, ['items', '0', 'quantity'], 1)).toEqual({ ...event, items: [{ quantity: 1 }, { quantity: 2 }] });
  expect(setAt(event, ['items', '0'], undefined)).toEqual({ ...event, items: [{ quantity: 2 }] });
  expect(setAt(event, ['colour'], undefined)).toEqual({ items: event.items });
  expect(setAt(event, ['context', 'locale'], 'de')).toEqual({ ...event, context: { locale: 'de' } });
  expect(event).toEqual({ items: [{ quantity: 0 }, { quantity: 2 }], colour: 'red' });
});

test('refuses a path that leads through text or behind the end of a list', () => {
  expect(() => setAt({ colour: 'red' }, ['colour', 'dark'], 1)).toThrow(/no field 'dark'/);
  expect(() => setAt({ items: [] }, ['items', '3'], 1)).toThrow(/no place '3' in a list of 0/);
});
