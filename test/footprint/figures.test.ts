import { expect, test } from 'vitest';
import { changesOf } from './figures.ts';

const expected = { 'views.round_trips': 1, 'views.wal_bytes_per_event': 1_000 };

test('says nothing of what is counted as before, and of bytes that moved a little', () => {
  expect(changesOf(expected, expected)).toEqual([]);
  expect(changesOf(expected, { ...expected, 'views.wal_bytes_per_event': 1_149 })).toEqual([]);
});

test('says from what to what a figure went, up or down, and how to accept it', () => {
  const [trips, bytes, advice] = changesOf(expected, { 'views.round_trips': 2, 'views.wal_bytes_per_event': 800 });
  expect(trips).toBe('views.round_trips: 1 -> 2 (+100.0 %)');
  expect(bytes).toBe('views.wal_bytes_per_event: 1000 -> 800 (-20.0 %)');
  expect(advice).toContain('ACCEPT_FOOTPRINT');
});

test('says which figure is new and which is no longer counted', () => {
  const [gone, come] = changesOf({ 'rows.a': 3 }, { 'rows.b': 3 });
  expect(gone).toBe('rows.a: 3 -> not counted');
  expect(come).toBe('rows.b: not counted -> 3');
});
