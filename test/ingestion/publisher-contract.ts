import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { EventType } from '../../events/event.ts';
import { eventSchema } from '../../events/event.ts';
import type { EventRecord } from '../../events/record.ts';
import { parseRecord } from '../../events/record.ts';
import type { EventPublisher } from '../../ingestion/publisher.ts';

/** A record as a consumer of the log reads it. */
export type ReadRecord = { topic: string; partition: number; key: string; value: string };
export type LogUnderTest = { publisher: EventPublisher; read(): Promise<ReadRecord[]> };

const MORE: Partial<Record<EventType, Record<string, unknown>>> = {
  product_view: { product_id: 'p' },
  add_to_cart: { product_id: 'p', quantity: 1 },
  purchase: { order_id: 'o', currency: 'EUR', items: [{ product_id: 'p', quantity: 1, unit_price: '9.50' }] },
};

/** A record of the person, distinct from every other. */
export function recordOf(user_id: string, type: EventType = 'product_view', fields: object = {}): EventRecord {
  const identity = { event_id: randomUUID(), occurred_at: '2026-11-01T12:00:00Z' };
  const event = { ...eventSchema.parse({ type, user_id, ...identity, ...MORE[type], ...fields }), ...identity };
  return { event, stamp: { source: 'web', trusted: true, is_bot: false, received_at: '2026-11-01T12:00:01Z' } };
}

/** The event ids of the person, in the order of the log. */
export function idsOf(read: readonly ReadRecord[], user_id: string): string[] {
  return read.filter(({ key }) => key === user_id).map(({ value }) => JSON.parse(value).event_id);
}

const eventIds = (records: readonly EventRecord[]) => records.map(({ event }) => event.event_id);

/** What every publisher promises to the ingestion app, whatever the log behind it. */
export function publisherContract(log: () => LogUnderTest): void {
  keepsWhatItTook(log);
  takesWhatComes(log);
}

function keepsWhatItTook(log: () => LogUnderTest): void {
  test('holds each record once, whole, on the topic of its type, when publish resolves', async () => {
    const { publisher, read } = log();
    const user = randomUUID();
    const records = [recordOf(user), recordOf(user, 'add_to_cart'), recordOf(user, 'purchase', { user_id: user })];
    await publisher.publish(records);
    const found = (await read()).filter(({ key }) => key === user);
    expect(found.map(({ topic }) => topic).sort()).toEqual(['cart_events', 'product_views', 'purchases']);
    const parsed = found.map(({ value }) => parseRecord(JSON.parse(value)));
    expect(parsed).toHaveLength(3);
    for (const data of records) expect(parsed).toContainEqual({ success: true, data });
  });

  test('keeps the records of one visitor in their order on one partition, over several calls', async () => {
    const { publisher, read } = log();
    const [user, other] = [randomUUID(), randomUUID()];
    const calls = Array.from({ length: 5 }, () => [recordOf(user), recordOf(other), recordOf(user), recordOf(other)]);
    for (const records of calls) await publisher.publish(records);
    const found = await read();
    for (const person of [user, other]) {
      expect(new Set(found.filter(({ key }) => key === person).map(({ partition }) => partition)).size).toBe(1);
      expect(idsOf(found, person)).toEqual(eventIds(calls.flat().filter(({ event }) => event.user_id === person)));
    }
  });
}

function takesWhatComes(log: () => LogUnderTest): void {
  test('takes calls that come at once', async () => {
    const { publisher, read } = log();
    const users = Array.from({ length: 50 }, () => randomUUID());
    await Promise.all(users.map((user) => publisher.publish([recordOf(user), recordOf(user)])));
    const found = await read();
    expect(users.filter((user) => idsOf(found, user).length !== 2)).toEqual([]);
  });

  test('takes more than a broker takes in one message', async () => {
    const { publisher, read } = log();
    const user = randomUUID();
    const context = { page_url: 'ü'.repeat(2000), referrer: 'x'.repeat(2000) };
    const records = Array.from({ length: 500 }, () => recordOf(user, 'product_view', { context }));
    await publisher.publish(records);
    expect(idsOf(await read(), user)).toEqual(eventIds(records));
  });

  test('takes long keys, which count for the broker’s limit as values do', async () => {
    const { publisher, read } = log();
    const user = `${'漢'.repeat(160)}${randomUUID()}`;
    const context = { page_url: 'x'.repeat(660) };
    const records = Array.from({ length: 500 }, () => recordOf(user, 'product_view', { context }));
    await publisher.publish(records);
    expect(idsOf(await read(), user)).toEqual(eventIds(records));
  });

  test('takes no records at all', async () => {
    await expect(log().publisher.publish([])).resolves.toBeUndefined();
  });
}
