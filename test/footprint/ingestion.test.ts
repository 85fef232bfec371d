import { expect, test } from 'vitest';
import { createCoalescingPublisher } from '../../ingestion/coalescing-publisher.ts';
import { createKafkaPublisher } from '../../ingestion/kafka-publisher.ts';
import { kafkaBrokers } from '../brackets/kafka.ts';
import { eventsApi } from '../ingestion/events-api.ts';
import { fixedEvents } from './batches.ts';
import { compareWithFile } from './figures.ts';
import { createProduceCounter } from './produce-requests.ts';

const brokers = (await kafkaBrokers()) ?? [];
const BODIES = 10;
const EVENTS_PER_BODY = 100;

test.skipIf(brokers.length === 0)('a body costs the log what it did when ingestion.json was written', async () => {
  const { socketFactory, lengths } = createProduceCounter();
  const publisher = createCoalescingPublisher(createKafkaPublisher({ brokers, clientId: 'footprint', socketFactory }));
  const { post } = eventsApi({}, publisher);
  const events = fixedEvents(BODIES * EVENTS_PER_BODY);
  try {
    for (let n = 0; n < BODIES; n += 1) {
      const { answer } = await post({ events: events.splice(0, EVENTS_PER_BODY) });
      expect(answer).toMatchObject({ accepted: EVENTS_PER_BODY, rejected: [] });
    }
  } finally {
    await publisher.close();
  }
  const bytes = lengths.reduce((sum, length) => sum + length, 0);
  const figures = {
    'mixed_body.produce_requests': lengths.length / BODIES,
    'mixed_body.topic_bytes_per_event': Math.round(bytes / BODIES / EVENTS_PER_BODY),
  };
  expect(await compareWithFile(new URL('ingestion.json', import.meta.url), figures)).toEqual([]);
});
