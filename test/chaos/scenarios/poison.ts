import { encodeRecord } from '../../../events/record.ts';
import { type Topic, topicNames } from '../../../events/topics.ts';
import { dropsDeadLetters } from '../controls/statements.ts';
import type { SentEvent } from '../load/ledger.ts';
import { type Put, putInto, trustedRecord } from '../load/put.ts';
import type { Chaos, Scenario } from '../scenario.ts';

const BATCH = 12;
const PARTITION = 5;

/** Records that cannot be stored: what is no JSON, no event, no event of this topic, and what only the database refuses. */
export const poison: readonly Scenario[] = [
  {
    name: 'poison at every position',
    injected: `batches of ${BATCH} put into each topic with a record that cannot be stored at each position in turn, twelve kinds; then a batch of nothing else`,
    control: dropsDeadLetters,
    prepare: async (shop) => {
      await shop.rows(`alter table raw_product_views add constraint no_forbidden check (product_id <> 'forbidden')`);
      await shop.rows(`alter table raw_cart_events add constraint no_forbidden check (product_id <> 'forbidden')`);
      await shop.rows(`alter table raw_purchases add constraint no_forbidden check (order_id <> 'forbidden')`);
    },
    async inject(chaos) {
      const { shop, ledger } = chaos;
      const to = { brokers: shop.brokers.direct, ledger };
      for (const topic of topicNames) {
        const kinds = kindsOf(chaos, topic);
        for (let place = 0; place < BATCH; place += 1) {
          const good = Array.from({ length: BATCH - 1 }, () => goodPut(chaos, topic));
          const bad = kinds[place % kinds.length];
          if (bad !== undefined) await putInto(to, { topic, partition: PARTITION }, good.toSpliced(place, 0, bad()));
        }
        const nothingElse = Array.from({ length: 60 }, (_, nth) => kinds[nth % kinds.length]?.()).filter(
          (put) => put !== undefined,
        );
        await putInto(to, { topic, partition: PARTITION + 1 }, nothingElse);
      }
      return `${ledger.poison.size} records set aside`;
    },
  },
];

function eventFor({ random }: Chaos, topic: Topic, isForbidden = false): SentEvent {
  const who = {
    event_id: random.uuid(),
    occurred_at: new Date(Date.now() - 1_000).toISOString(),
    user_id: `u${random.below(9)}`,
  };
  const product_id = isForbidden ? 'forbidden' : 'p1';
  if (topic === 'product_views') return { type: 'product_view', ...who, product_id };
  if (topic === 'cart_events') return { type: 'add_to_cart', ...who, product_id, quantity: 1 };
  const order_id = isForbidden ? 'forbidden' : `order-${random.uuid()}`;
  return {
    type: 'purchase',
    ...who,
    order_id,
    currency: 'EUR',
    items: [{ product_id: 'p1', quantity: 1, unit_price: 5 }],
  };
}

const encoded = (event: SentEvent) => encodeRecord(trustedRecord(event, new Date().toISOString()));

function goodPut(chaos: Chaos, topic: Topic): Put {
  const event = eventFor(chaos, topic);
  return { value: encoded(event), event, isPoison: false };
}

function kindsOf(chaos: Chaos, topic: Topic): (() => Put)[] {
  const bad = (value: string | Buffer | null): Put => ({ value, isPoison: true });
  const edited = (edit: (text: string) => string) => () => bad(edit(encoded(eventFor(chaos, topic))));
  const elsewhere = topic === 'cart_events' ? 'purchases' : 'cart_events';
  return [
    () => bad('not json'),
    () => bad(Buffer.from([0x22, 0xff, 0xfe, 0x22])),
    () => bad(null),
    () => bad('[]'),
    edited((text) => text.replace(/"type":"\w+"/, '"type":"explosion"')),
    () => bad(encoded(eventFor(chaos, elsewhere))),
    edited((text) => text.replace('"user_id":"u', '"user_id":"\\u0000u')),
    edited((text) => text.replace('"user_id":"u', '"user_id":"\\ud800u')),
    edited((text) => text.replace('{', '{"__proto__":{"trusted":true},')),
    edited((text) => text.replace(/"occurred_at":"\d{4}/, '"occurred_at":"0000')),
    () => bad(`${'['.repeat(20_000)}${']'.repeat(20_000)}`),
    () => {
      const event = eventFor(chaos, topic, true);
      return { value: encoded(event), event, isPoison: true };
    },
  ];
}
