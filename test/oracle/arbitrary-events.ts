import fc from 'fast-check';
import { eventSchema } from '../../events/event.ts';
import { type EventRecord, parseRecord } from '../../events/record.ts';

/** Few people, products, orders and instants, so that everything collides with everything. */
const user = fc.constantFrom('u1', 'u2');
const anonymous = fc.constantFrom('a1', 'a2', 'u1');
const who = fc.oneof(
  { weight: 3, arbitrary: fc.record({ user_id: user }) },
  { weight: 3, arbitrary: fc.record({ anonymous_id: anonymous }) },
  { weight: 2, arbitrary: fc.record({ user_id: user, anonymous_id: anonymous }) },
);
const product_id = fc.constantFrom('p1', 'p2', 'p3');
const order_id = fc.constantFrom('o1', 'o2');
const currency = fc.constantFrom('USD', 'USD', 'USD', 'EUR');
const unit_price = fc.constantFrom('0', '1.5', '2.25', '10');
const quantity = fc.integer({ min: 1, max: 3 });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const line = fc.record({ product_id, quantity, unit_price });

const body = fc.oneof(
  fc.record({
    type: fc.constant('product_view'),
    product_id,
    name: optional(fc.constantFrom('n1', 'n2')),
    category: optional(fc.constantFrom('c1', 'c2')),
    unit_price: optional(unit_price),
    currency,
  }),
  fc.record({
    type: fc.constantFrom('add_to_cart', 'add_to_cart', 'remove_from_cart'),
    product_id,
    quantity,
    unit_price: optional(unit_price),
    currency,
  }),
  fc.record({ type: fc.constantFrom('clear_cart', 'begin_checkout') }),
  fc.record({ type: fc.constant('identify'), user_id: user, anonymous_id: anonymous }),
  fc.record({
    type: fc.constant('purchase'),
    order_id,
    currency,
    items: fc.array(line, { minLength: 1, maxLength: 3 }),
    discount: optional(fc.constantFrom('0', '0.5')),
  }),
  fc.record({
    type: fc.constant('refund'),
    order_id,
    currency,
    items: optional(fc.array(fc.record({ product_id, quantity }), { minLength: 1, maxLength: 2 })),
  }),
  fc.record({ type: fc.constant('refund'), order_id, currency, amount: unit_price }),
);

const DAY_MS = 86_400_000;
/** A midnight of which the funnel still counts; it counts the last days only. */
const START = Math.floor(Date.now() / DAY_MS - 2) * DAY_MS;
const LATER_MS = 44 * DAY_MS;
const after = (ms: number) => new Date(START + ms).toISOString();
/** After all of them happened. */
export const RECEIVED_AT = after(LATER_MS);
const event = fc
  .record({
    who,
    body,
    session_id: optional(fc.constantFrom('s1', 's2')),
    second: fc.constantFrom(0, 1, 2, 3, 30, 61, 4000, 2_700_000),
  })
  .map(({ who: ids, body: fields, session_id, second }) => ({
    ...ids,
    ...(session_id === undefined ? {} : { session_id }),
    occurred_at: after(second * 1000),
    ...Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
  }));

const stamp = fc.record({
  source: fc.constantFrom('shop', 'web'),
  trusted: fc.boolean(),
  is_bot: fc.constantFrom(false, false, false, false, true),
  received_at: fc.constant(RECEIVED_AT),
  sent_at: fc.constantFrom(RECEIVED_AT, after(LATER_MS - 2000)),
});

/** Distinct events as records, each of which the schemas accept. */
export const arbitraryRecords = (maxLength: number): fc.Arbitrary<EventRecord[]> =>
  fc
    .uniqueArray(fc.record({ event, stamp, event_id: fc.uuid() }), {
      minLength: 1,
      maxLength,
      size: 'max',
      selector: ({ event_id }) => event_id,
    })
    .map((drafts) =>
      drafts
        .filter((draft) => eventSchema.safeParse({ ...draft.event, event_id: draft.event_id }).success)
        .map((draft) => {
          const parsed = parseRecord({ ...draft.event, ...draft.stamp, event_id: draft.event_id });
          if (!parsed.success) throw new Error(JSON.stringify(parsed.issues));
          return parsed.data;
        }),
    );
