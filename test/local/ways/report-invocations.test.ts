import { expect, test, vi } from 'vitest';
import type { SourceRecord } from '../../../local/trigger/source.ts';
import { createLocalChannel, type WayMessage } from '../../../local/ways/channel.ts';
import { reportInvocations } from '../../../local/ways/report-invocations.ts';

function record(value: string | null, offset: string): SourceRecord {
  const place = { topic: 'product_views', partition: 1, offset, timestampMs: 0, key: null, headers: [] };
  return { ...place, value: value === null ? null : Buffer.from(value) };
}

test('reports while somebody watches, first the last ones before that, and then no more', () => {
  vi.useFakeTimers();
  const channel = createLocalChannel();
  const heard: WayMessage[] = [];
  channel.listen((message) => message.kind === 'invocation' && heard.push(message));
  const report = reportInvocations(channel);
  const invoke = (functionName: string, records: SourceRecord[]) =>
    report({ functionName, records, startedMs: Date.now(), endedMs: Date.now(), hasFailed: false });
  const names = () => heard.map((message) => message.kind === 'invocation' && message.functionName);

  invoke('long ago', []);
  vi.advanceTimersByTime(60_000);
  invoke('before', [record('{"event_id":"e"}', '7'), record('not json', '8'), record(null, '9')]);
  expect(heard).toEqual([]);
  channel.send({ kind: 'watch', untilMs: Date.now() + 1_000 });
  invoke('meanwhile', []);
  channel.send({ kind: 'watch', untilMs: Date.now() + 1_000 });
  expect(names()).toEqual(['before', 'meanwhile']);
  expect(heard[0]).toMatchObject({
    size: 3,
    places: [{ event_id: 'e', topic: 'product_views', partition: 1, offset: '7' }],
  });
  vi.advanceTimersByTime(2_000);
  invoke('after', []);
  expect(names()).toEqual(['before', 'meanwhile']);
  vi.useRealTimers();
});
