import { takesClocksAtTheirWord } from '../controls/statements.ts';
import type { SentEvent } from '../load/ledger.ts';
import { post } from '../load/load.ts';
import type { Chaos, Scenario } from '../scenario.ts';

const DAY_MS = 86_400_000;

/** Events of other times than now. */
export const time: readonly Scenario[] = [
  {
    name: 'clock skew and partition borders',
    injected:
      'events a millisecond before and after the borders of months and years, of partitions that do not exist yet, from senders whose clocks are 40 days slow or 33 days fast',
    control: takesClocksAtTheirWord,
    async inject(chaos) {
      const { shop, ledger } = chaos;
      const lanes = [0, -40, 33].flatMap((skewDays) =>
        [bordersFor(skewDays)].map((instants) => ({ skewDays, instants })),
      );
      let count = 0;
      await Promise.all(
        lanes.map(async ({ skewDays, instants }) => {
          const sentAt = skewDays === 0 ? undefined : new Date(Date.now() + skewDays * DAY_MS).toISOString();
          for (let round = 0; round < 4; round += 1) {
            const events = instants.flatMap((at) => someEvents(chaos, at));
            count += events.length;
            const to = { target: shop.target, ledger, ...(sentAt === undefined ? {} : { sentAt }) };
            for (let start = 0; start < events.length; start += 200) await post(to, events.slice(start, start + 200));
          }
        }),
      );
      return `${count} events of ${lanes.length} clocks`;
    },
  },
];

/** Instants around the borders of partitions, by a clock that is so many days ahead. */
function bordersFor(skewDays: number): number[] {
  const now = new Date();
  const month = (back: number) => Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back);
  const borders =
    skewDays > 0 ? [month(-1), month(0), month(7)] : [month(2), month(5), month(13), month(30), month(70)];
  return borders.flatMap((border) => [-3_600_000, -1, 0, 1, 61_000].map((offset) => border + offset));
}

function someEvents({ random }: Chaos, at: number): SentEvent[] {
  const when = { occurred_at: new Date(at).toISOString() };
  const who = random.chance(0.5) ? { user_id: `u${random.below(8)}` } : { anonymous_id: `a${random.below(8)}` };
  const session_id = `s${random.below(5)}`;
  const product = { product_id: `p${random.below(6)}` };
  const made = (fields: Record<string, unknown> & { type: string }): SentEvent => ({
    ...fields,
    event_id: random.uuid(),
    ...when,
    ...who,
    session_id,
  });
  const items = [{ ...product, quantity: 1, unit_price: 7.25 }];
  return [
    made({ type: 'product_view', ...product, name: `n${random.below(3)}` }),
    made({ type: 'add_to_cart', ...product, quantity: 2 }),
    made({ type: 'remove_from_cart', ...product, quantity: 1 }),
    ...(random.chance(0.3) ? [made({ type: 'purchase', order_id: `o-${random.uuid()}`, currency: 'EUR', items })] : []),
    ...(random.chance(0.1)
      ? [made({ type: 'identify', user_id: `u${random.below(8)}`, anonymous_id: `a${random.below(8)}` })]
      : []),
  ];
}
