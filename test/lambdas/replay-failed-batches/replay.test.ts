import type { MSKEvent, MSKRecord } from 'aws-lambda';
import { expect, test } from 'vitest';
import { topicNames } from '../../../events/topics.ts';
import { type ReplayOptions, replayFailedBatches } from '../../../lambdas/replay-failed-batches/replay.ts';
import { mskEvent, mskRecord } from '../../delivery/msk-event.ts';
import { failedObject } from './failed-object.ts';
import { memoryStore } from './memory-store.ts';

/** What a synchronous invocation takes at most. */
const LAMBDA_LIMIT_BYTES = 6 * 1024 * 1024;
const SECRET = 'sent-by-a-visitor';

const views = (offsets: readonly number[]) => mskEvent(offsets.map((n) => mskRecord('product_views', n, `${n}`)));
const numbers = (length: number) => Array.from({ length }, (_, n) => n);

function optionsFor(store: ReplayOptions['store'], invoke: ReplayOptions['invoke']) {
  const lines: unknown[] = [];
  const write = (...line: unknown[]) => lines.push(line);
  const log = { info: write, warn: write };
  return { lines, store, invoke, log, remainingMs: () => Number.MAX_SAFE_INTEGER, longestStepMs: 1 };
}

const offsetsIn = (event: MSKEvent, group: string) => event.records[group]?.map(({ offset }) => offset) ?? [];

/** Two partitions of one topic; values that make more than an invocation takes, or more records than a consumer. */
const OVERSIZED: [name: string, perPartition: number, valueBytes: number, parts: number][] = [
  ['more than 6 MB', 150, 25_000, 2],
  ['more than 500 records', 600, 10, 3],
];

test.each(OVERSIZED)('sends a batch of %s in parts, each partition in order', async (_, perPartition, bytes, parts) => {
  const group = (partition: number): MSKRecord[] =>
    numbers(perPartition).map((n) => ({ ...mskRecord('cart_events', n, 'x'.repeat(bytes)), partition }));
  const records = { 'cart_events-3': group(3), 'cart_events-11': group(11) };
  const store = memoryStore([['large', failedObject({ ...mskEvent([]), records })]]);
  const sent: MSKEvent[] = [];
  const options = optionsFor(store, async (_topic, event) => sent.push(event));
  expect(await replayFailedBatches(options)).toEqual({ replayed: 1, waiting: 0, unreadable: 0 });
  expect(sent).toHaveLength(parts);
  for (const event of sent) {
    expect(Object.values(event.records).flat().length).toBeLessThanOrEqual(500);
    expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThan(LAMBDA_LIMIT_BYTES);
  }
  for (const name of Object.keys(records))
    expect(sent.flatMap((event) => offsetsIn(event, name))).toEqual(numbers(perPartition));
});

const change = (event: MSKEvent, fields: Record<string, unknown>) =>
  failedObject({ ...event, records: { any: Object.values(event.records).flat() }, ...fields } as MSKEvent);
const record = (fields: Record<string, unknown>) =>
  change(views([]), { records: { any: [{ ...mskRecord('product_views', 0, SECRET), ...fields }] } });

const NO_FAILED_BATCHES: [name: string, text: string][] = [
  ['nothing', ''],
  ['text that is no JSON', `{"payload":"${SECRET}`],
  ['null', 'null'],
  ['what a function of another kind writes', JSON.stringify({ version: '1.0', requestPayload: { v: SECRET } })],
  ['metadata alone, as for a queue', failedObject(views([1]), { payload: undefined })],
  ['a payload that is no JSON', failedObject(views([1]), { payload: SECRET })],
  ['another source', change(views([1]), { eventSource: 'aws:sqs' })],
  ['no records', failedObject(views([]))],
  ['a topic that is not ours', record({ topic: 'somebody_elses' })],
  ['two topics', failedObject(mskEvent([mskRecord('purchases', 1, SECRET), mskRecord('cart_events', 1, SECRET)]))],
  ['a partition beyond its column', record({ partition: 2 ** 31 })],
  ['an offset that is no number', record({ offset: SECRET })],
  ['a value that is no text', record({ value: { v: SECRET } })],
  ['a value that no invocation takes', record({ value: SECRET.repeat(400_000) })],
  ['20,000 levels of nesting', failedObject(views([1]), { payload: `${'['.repeat(20_000)}${']'.repeat(20_000)}` })],
];

test.each(NO_FAILED_BATCHES)('leaves %s where it is, names it, quotes nothing, and goes on', async (_, text) => {
  const store = memoryStore([
    ['strange', text],
    ['failed', failedObject(views([1]))],
  ]);
  const options = optionsFor(store, async () => undefined);
  expect(await replayFailedBatches(options)).toEqual({ replayed: 1, waiting: 0, unreadable: 1 });
  expect(store.keys()).toEqual(['strange']);
  expect(JSON.stringify(options.lines)).toContain('"strange"');
  expect(JSON.stringify(options.lines)).not.toContain(SECRET);
});

test('takes a payload that is an object, another Kafka, tombstones, missing keys and strange headers as well', async () => {
  const odd = { ...mskRecord('purchases', 7, null), key: undefined, headers: [{ trace: 'text' }], extra: 1 };
  const event = { eventSource: 'SelfManagedKafka', bootstrapServers: 'b-1:9096', records: { any: [odd] } };
  const store = memoryStore([['object', failedObject(views([1]), { payload: event })]]);
  const sent: unknown[] = [];
  await replayFailedBatches(optionsFor(store, async (topic, part) => sent.push([topic, part])));
  const record = { ...mskRecord('purchases', 7, null), key: undefined, headers: [] };
  expect(sent).toEqual([['purchases', { ...event, records: { 'purchases-0': [record] } }]]);
});

test('replays oldest first, and after a failure nothing more of that topic in this run', async () => {
  const offsets = [5, 3, 9, 1];
  const store = memoryStore(offsets.map((n) => [`z${10 - n}`, failedObject(views([n]))]));
  const tried: number[] = [];
  const options = optionsFor(store, async (_topic, event) => {
    tried.push(...offsetsIn(event, 'product_views-0'));
    if (tried.at(-1) === 3) throw new Error('still refused');
  });
  expect(await replayFailedBatches(options)).toEqual({ replayed: 1, waiting: 3, unreadable: 0 });
  expect(tried).toEqual([5, 3]);
});

test('starts nothing that it has no time to end, and goes on from there in the next run', async () => {
  const [small, large] = [failedObject(views([1])), failedObject(views(numbers(1_400)))];
  const store = memoryStore([
    ['first', small],
    ['second', large],
    ['third', small],
  ]);
  let remainingMs = 10_000;
  const begun: number[] = [];
  const invoke = async () => {
    begun.push(remainingMs);
    remainingMs -= 3_000;
  };
  const read: string[] = [];
  const watched = {
    ...store,
    read: (key: string) => {
      read.push(key);
      return store.read(key);
    },
  };
  const options = { ...optionsFor(watched, invoke), remainingMs: () => remainingMs, longestStepMs: 3_500 };
  expect(await replayFailedBatches(options)).toEqual({ replayed: 1, waiting: 2, unreadable: 0 });
  expect(read).toEqual(['first', 'second']);
  expect(begun).toEqual([10_000, 7_000, 4_000]);
  remainingMs = 100_000;
  expect(await replayFailedBatches(options)).toEqual({ replayed: 2, waiting: 0, unreadable: 0 });
});

test('goes on when an object cannot be read or is gone, and keeps what it could not remove', async () => {
  const batches = topicNames.map((topic) => [topic, failedObject(mskEvent([mskRecord(topic, 1, 'v')]))] as const);
  const [gone = '', unreadable = ''] = topicNames;
  const store = memoryStore(batches);
  const read = async (key: string) => {
    if (key === unreadable) throw new Error('access denied');
    return key === gone ? undefined : store.read(key);
  };
  const options = optionsFor({ ...store, read }, async () => undefined);
  expect(await replayFailedBatches(options)).toEqual({ replayed: 1, waiting: 0, unreadable: 1 });
  const remove = () => Promise.reject(new Error('access denied'));
  const stuck = optionsFor({ ...memoryStore(batches), remove }, async () => undefined);
  expect(await replayFailedBatches(stuck)).toEqual({ replayed: 0, waiting: 3, unreadable: 0 });
});
