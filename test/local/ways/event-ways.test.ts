import { expect, test, vi } from 'vitest';
import type { EventRecord } from '../../../events/record.ts';
import { EventWays } from '../../../local/ways/event-ways.ts';
import type { Way } from '../../../local/ways/way.ts';

function record(event_id: string, anonymous_id: string): EventRecord {
  return {
    stamp: { source: 'web', trusted: false, is_bot: false, received_at: '2026-01-01T00:00:00Z' },
    event: { type: 'product_view', event_id, occurred_at: '2026-01-01T00:00:00Z', anonymous_id, product_id: 'p' },
  };
}
const row = { table: 'raw_product_views', aggregate: 'product_popularity', value: 3 };
const report = (event_id: string) => ({
  ...{ kind: 'invocation' as const, functionName: 'process-view', startedMs: 1_020, endedMs: 1_050, hasFailed: false },
  ...{ size: 7, places: [{ event_id, topic: 'product_views', partition: 4, offset: '9' }] },
});

test('tells a visitor each step of their event, with the times since the request', async () => {
  const onStored = vi.fn();
  const ways = new EventWays(async () => new Map([['e', row]]), onStored);
  const steps: Way[] = [];
  ways.watch('me', (way) => steps.push(structuredClone(way)));
  ways.validated([record('e', 'me')], 1_000, 1_002);
  ways.acknowledged([record('e', 'me')], 1_010, false);
  ways.invoked(report('e'));
  await vi.waitFor(() => expect(onStored).toHaveBeenCalledTimes(1));
  expect(steps[0]).toMatchObject({ event_id: 'e', subject: 'p', is_sample: false, validated_ms: 2 });
  expect(steps[0]).not.toHaveProperty('acknowledged_ms');
  expect(steps.at(-1)).toMatchObject({
    acknowledged_ms: 10,
    place: { topic: 'product_views', partition: 4, offset: '9' },
    function: { name: 'process-view', size: 7, from_ms: 20, to_ms: 50, has_failed: false },
    row: { table: 'raw_product_views', value: 3 },
  });
});

test('looks for a row again that does not stand yet, and not for ever', async () => {
  vi.useFakeTimers();
  const find = vi.fn(async () => new Map());
  const ways = new EventWays(find);
  ways.watch('me', () => undefined);
  ways.validated([record('e', 'me')], 1_000, 1_002);
  ways.invoked(report('e'));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(find).toHaveBeenCalledTimes(5);
  vi.useRealTimers();
});

test('keeps of what came before somebody watched what pages sent, and no more than it may', () => {
  const ways = new EventWays(async () => new Map());
  const fromServer = record('server', 'me');
  ways.validated([{ ...fromServer, stamp: { ...fromServer.stamp, trusted: true } }], 0, 0);
  ways.validated([record('page', 'me'), record('other', 'somebody')], 0, 0);
  const told: string[] = [];
  const stop = ways.watch('me', ({ event_id }) => told.push(event_id));
  expect(told).toEqual(['page']);
  for (let index = 0; index < 1_000; index++) ways.validated([record(`e-${index}`, 'me')], 0, 0);
  stop();
  expect(ways.isWatched).toBe(false);
  const later: string[] = [];
  ways.watch('me', ({ event_id }) => later.push(event_id));
  expect(later).toHaveLength(200);
  expect(later.at(-1)).toBe('e-999');
});

test("shows a visitor of others' events only a few, and those as samples", () => {
  const ways = new EventWays(async () => new Map());
  const told: Way[] = [];
  ways.watch('me', (way) => told.push(way));
  for (let index = 0; index < 500; index++) ways.validated([record(`e-${index}`, 'somebody')], 0, 0);
  expect(told.map(({ is_sample }) => is_sample)).toEqual([true]);
});
