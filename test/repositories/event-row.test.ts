import { expect, test } from 'vitest';
import { type CartLineEvent, eventSchema } from '../../events/event.ts';
import { type EventRecord, encodeRecord, type IdentifiedEvent, parseRecord } from '../../events/record.ts';
import { eventRow } from '../../repositories/event-row.ts';

const event: IdentifiedEvent<CartLineEvent> = {
  type: 'add_to_cart',
  ...{ event_id: '6f1c1f0e-8a3e-4a53-9d0e-0f1de0a1b2c3', occurred_at: '2026-11-01T11:00:00Z', user_id: 'u' },
  ...{ product_id: 'p', quantity: 1, unit_price: '9.5', currency: 'EUR' },
};
const stamp = { source: 'shop', trusted: true, is_bot: false, received_at: '2026-11-01T12:00:00.000Z' };

/** The context of the row that a record becomes, once it has been on a topic. */
function contextOf(record: EventRecord): unknown {
  const parsed = parseRecord(JSON.parse(encodeRecord(record)));
  const { context } = parsed.success ? eventRow(parsed.data) : { context: 'refused' };
  return context === null ? null : JSON.parse(context);
}

test('a row says when its currency is the default of its source', () => {
  const defaulted = { ...stamp, currency_defaulted: true } as const;
  expect(contextOf({ stamp, event })).toBeNull();
  expect(contextOf({ stamp: defaulted, event })).toEqual({ currency_defaulted: true });
  const seen = { ...event, context: { locale: 'de' } };
  expect(contextOf({ stamp, event: seen })).toEqual({ locale: 'de' });
  expect(contextOf({ stamp: defaulted, event: seen })).toEqual({ locale: 'de', currency_defaulted: true });
  expect(eventRow({ stamp: defaulted, event }).digest).toBe(eventRow({ stamp, event }).digest);
});

test('no client can say so', () => {
  expect(eventSchema.safeParse({ ...event, currency_defaulted: true }).success).toBe(false);
  expect(eventSchema.safeParse({ ...event, context: { currency_defaulted: true } }).success).toBe(false);
});
