import type { MSKEvent, MSKRecord } from 'aws-lambda';
import { Kafka, logLevel, type Message } from 'kafkajs';
import { expect, test } from 'vitest';
import { createKafkaSource } from '../../local/trigger/kafka-source.ts';
import { startTrigger } from '../../local/trigger/trigger.ts';
import { createTopic, kafkaBrokers } from '../brackets/kafka.ts';

const PATIENCE = { timeout: 20_000 };
const brokers = (await kafkaBrokers()) ?? [];
const kafka = new Kafka({ brokers: brokers.length > 0 ? brokers : ['none:1'], logLevel: logLevel.ERROR });

async function send(topic: string, messages: Message[]): Promise<void> {
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic, messages, acks: -1 });
  await producer.disconnect();
}

async function committedOffset(group: string, topic: string): Promise<string | undefined> {
  const admin = kafka.admin();
  await admin.connect();
  const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
  await admin.disconnect();
  return found?.partitions[0]?.offset;
}

const recordsOf = (event: MSKEvent): MSKRecord[] => Object.values(event.records).flat();
const textOf = (record: MSKRecord) => Buffer.from(record.value ?? '', 'base64').toString();

function trigger(topic: string, handler: (event: MSKEvent) => Promise<unknown>, maxRecords = 500) {
  const mappings = [{ functionName: `fn-${topic}`, topic, handler }];
  const settings = { maxRecords, firstBackoffMs: 5, maxBackoffMs: 20 };
  return startTrigger({
    source: createKafkaSource(brokers, () => undefined),
    brokers,
    mappings,
    settings,
    log: () => undefined,
  });
}

test.skipIf(brokers.length === 0)('gives a function the event that Lambda gives it, a tombstone included', async () => {
  const topic = await createTopic(brokers);
  await send(topic, [
    { key: 'k', value: '{"a":"é"}', headers: { trace: 'ab' }, timestamp: '1700000000000' },
    { key: null, value: null },
  ]);
  const events: MSKEvent[] = [];
  const running = await trigger(topic, async (event) => events.push(event));
  await expect.poll(() => events.flatMap(recordsOf).length, PATIENCE).toBe(2);
  await running.stop();
  expect(events[0]).toMatchObject({ eventSource: 'aws:kafka', bootstrapServers: brokers.join(',') });
  expect(Object.keys(events[0]?.records ?? {})).toEqual([`${topic}-0`]);
  const [full, tombstone] = events.flatMap(recordsOf);
  expect(full).toEqual({
    topic,
    partition: 0,
    offset: 0,
    timestamp: 1_700_000_000_000,
    timestampType: 'CREATE_TIME',
    key: Buffer.from('k').toString('base64'),
    value: Buffer.from('{"a":"é"}').toString('base64'),
    headers: [{ trace: [97, 98] }],
  });
  expect(tombstone).toMatchObject({ offset: 1, value: null });
  expect(tombstone?.key).toBeUndefined();
});

test.skipIf(brokers.length === 0)('brings a batch again after a throw and commits only after success', async () => {
  const topic = await createTopic(brokers);
  await send(topic, [{ value: 'one' }, { value: 'two' }]);
  const seen: string[][] = [];
  const committedMeanwhile: (string | undefined)[] = [];
  const running = await trigger(topic, async (event) => {
    seen.push(recordsOf(event).map(textOf));
    committedMeanwhile.push(await committedOffset(`fn-${topic}`, topic));
    if (seen.length < 3) throw new Error('not yet');
  });
  await expect.poll(() => committedOffset(`fn-${topic}`, topic), PATIENCE).toBe('2');
  await running.stop();
  expect(seen).toEqual([
    ['one', 'two'],
    ['one', 'two'],
    ['one', 'two'],
  ]);
  expect(committedMeanwhile).toEqual(['-1', '-1', '-1']);
});

test.skipIf(brokers.length === 0)('delivers what was not committed to the next start, in order', async () => {
  const topic = await createTopic(brokers);
  const values = Array.from({ length: 25 }, (_, index) => `v${index}`);
  await send(
    topic,
    values.map((value) => ({ value })),
  );
  const first: string[] = [];
  const broken = await trigger(
    topic,
    async (event) => {
      if (first.length >= 20) throw new Error('down');
      first.push(...recordsOf(event).map(textOf));
    },
    10,
  );
  await expect.poll(() => committedOffset(`fn-${topic}`, topic), PATIENCE).toBe('20');
  await broken.stop();
  const second: string[] = [];
  const mended = await trigger(topic, async (event) => second.push(...recordsOf(event).map(textOf)));
  await expect.poll(() => second, PATIENCE).toEqual(values.slice(20));
  await mended.stop();
});

test.skipIf(brokers.length === 0)('cuts a failing batch down to the one record that fails', async () => {
  const topic = await createTopic(brokers);
  await send(
    topic,
    ['a', 'b', 'bad', 'd'].map((value) => ({ value })),
  );
  const stored: string[] = [];
  let badTries = 0;
  const running = await trigger(topic, async (event) => {
    const values = recordsOf(event).map(textOf);
    if (values.includes('bad') && (values.length > 1 || ++badTries < 5)) throw new Error('refused');
    stored.push(...values);
  });
  await expect.poll(() => stored, PATIENCE).toEqual(['a', 'b', 'bad', 'd']);
  await running.stop();
});
