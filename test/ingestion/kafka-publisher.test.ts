import { randomUUID } from 'node:crypto';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createCoalescingPublisher } from '../../ingestion/coalescing-publisher.ts';
import { createKafkaHealth } from '../../ingestion/kafka-health.ts';
import { createKafkaPublisher } from '../../ingestion/kafka-publisher.ts';
import type { EventPublisher } from '../../ingestion/publisher.ts';
import { LogUnavailableError } from '../../platform/errors.ts';
import { kafkaBrokers } from '../brackets/kafka.ts';
import { openTcpProxy } from '../brackets/tcp-proxy.ts';
import { readTopics } from './kafka-reader.ts';
import { idsOf, publisherContract, recordOf } from './publisher-contract.ts';

const brokers = (await kafkaBrokers()) ?? [];
const CLIENT_ID = 'publisher-test';
const NOBODY_LISTENS = '127.0.0.1:9';

function closing<P extends { close(): Promise<void> }>(part: P): P {
  onTestFinished(() => part.close());
  return part;
}

async function openProxy() {
  const [host = '', port = ''] = (brokers[0] ?? '').split(':');
  return closing(await openTcpProxy({ host, port: Number(port) }));
}

const direct = (): EventPublisher => closing(createKafkaPublisher({ brokers, clientId: CLIENT_ID }));

describe.skipIf(brokers.length === 0)('on Kafka', () => {
  publisherContract(() => ({ publisher: direct(), read: () => readTopics(brokers) }));
});

describe.skipIf(brokers.length === 0)('on Kafka, with shared sends', () => {
  publisherContract(() => ({ publisher: createCoalescingPublisher(direct()), read: () => readTopics(brokers) }));

  test('keeps the order of calls that come at once', async () => {
    const publisher = createCoalescingPublisher(direct());
    const user = randomUUID();
    const records = Array.from({ length: 100 }, () => recordOf(user));
    await Promise.all(records.map((record) => publisher.publish([record])));
    expect(idsOf(await readTopics(brokers), user)).toEqual(records.map(({ event }) => event.event_id));
  });
});

test('says that the log is unavailable when nobody listens', async () => {
  const publisher = closing(createKafkaPublisher({ brokers: [NOBODY_LISTENS], clientId: CLIENT_ID }));
  await expect(publisher.publish([recordOf('u')])).rejects.toThrow(LogUnavailableError);
  const health = closing(createKafkaHealth({ brokers: [NOBODY_LISTENS], clientId: CLIENT_ID }));
  await expect(health.check()).rejects.toThrow();
});

test.skipIf(brokers.length === 0)('gets over a connection that died without a word, within the same call', async () => {
  const proxy = await openProxy();
  const options = { brokers, clientId: CLIENT_ID, socketFactory: proxy.socketFactory };
  const publisher = closing(createKafkaPublisher(options));
  const [before, after] = [recordOf(randomUUID()), recordOf(randomUUID())];
  await publisher.publish([before]);
  proxy.set({ existing: 'swallow', coming: 'pass' });
  await publisher.publish([after]);
  const found = await readTopics(brokers);
  for (const { event } of [before, after]) expect(idsOf(found, event.user_id ?? '')).toEqual([event.event_id]);
});

test.skipIf(brokers.length === 0)(
  'gives up while the network swallows everything, and recovers by itself',
  async () => {
    const proxy = await openProxy();
    const options = { brokers, clientId: CLIENT_ID, socketFactory: proxy.socketFactory };
    const publisher = closing(createKafkaPublisher(options));
    const health = closing(createKafkaHealth(options));
    await publisher.publish([recordOf(randomUUID())]);
    await health.check();
    proxy.set({ existing: 'swallow', coming: 'swallow' });
    await expect(publisher.publish([recordOf(randomUUID())])).rejects.toThrow(LogUnavailableError);
    await expect(health.check()).rejects.toThrow();
    proxy.set({ existing: 'swallow', coming: 'pass' });
    const next = recordOf(randomUUID());
    await publisher.publish([next]);
    expect(idsOf(await readTopics(brokers), next.event.user_id ?? '')).toEqual([next.event.event_id]);
    await expect.poll(() => health.check(), { timeout: 10_000 }).toBeDefined();
  },
);
