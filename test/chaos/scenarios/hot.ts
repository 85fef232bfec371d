import { setTimeout as sleep } from 'node:timers/promises';
import { foldsWholeCart, unsorted } from '../controls/statements.ts';
import type { SentEvent } from '../load/ledger.ts';
import { post } from '../load/load.ts';
import { onOneProduct } from '../load/streams.ts';
import type { Chaos, Scenario } from '../scenario.ts';
import { rawTableOf } from '../shop/sql-proxy.ts';

const VISITOR = 'hot-visitor';
const CHUNKS = 5;
const BATCH = 500;
/** Of the last fifth's time to the first one's: linear is 1, and the machine is shared. */
const MAX_RATIO = 2;

/** Everybody wants the same. */
export const hot: readonly Scenario[] = [
  {
    name: 'hot product',
    injected:
      'half of all events are of one product; four processes of consumers; writes held back and let go in gusts',
    control: unsorted,
    events: ({ seed, startMs }) => onOneProduct({ seed, startMs, rate: 700 }),
    async inject({ shop, pause, seconds }) {
      const more = await Promise.all(Array.from({ length: 3 }, () => shop.moreConsumers()));
      const gusts = Math.max(3, Math.round(seconds / 2));
      for (let gust = 0; gust < gusts; gust += 1) {
        const gate = pause(1_500);
        shop.sql.fault = async (request, next) => {
          if (rawTableOf(request) !== undefined) await gate;
          return next(request);
        };
        await pause(2_000);
      }
      shop.sql.fault = undefined;
      await Promise.all(more.map((service) => service.stop()));
      return `${gusts} gusts`;
    },
  },
  {
    name: 'hot visitor',
    injected: 'one visitor adds to the cart 100,000 times, beside the others',
    control: foldsWholeCart,
    async inject(chaos) {
      const total = chaos.isControl ? 40_000 : 100_000;
      const times: number[] = [];
      // A millisecond apart, and all before now: what came late would rightly have the cart folded anew.
      let atMs = Date.now() - total;
      const nextMs = () => {
        atMs += 1;
        return atMs;
      };
      for (let chunk = 0; chunk < CHUNKS; chunk += 1) times.push(await addOften(chaos, total / CHUNKS, nextMs));
      const [first = 1, last = 1] = [times[0], times.at(-1)];
      chaos.figures.ratio = last / first;
      const seconds = times.map((ms) => (ms / 1000).toFixed(1)).join(', ');
      return `${total.toLocaleString('en')} in fifths of ${seconds} s: the last took ${(last / first).toFixed(2)} times the first`;
    },
    expect: async ({ figures }) => {
      const { ratio = 0 } = figures;
      return ratio <= MAX_RATIO ? [] : [`the last fifth took ${ratio.toFixed(1)} times the first`];
    },
  },
];

/** One visitor's adds in their order, until they are stored; gives how long that took, in milliseconds. */
async function addOften({ shop, ledger, random }: Chaos, count: number, nextMs: () => number): Promise<number> {
  const startedMs = performance.now();
  for (let sent = 0; sent < count; sent += BATCH) {
    const events = Array.from({ length: BATCH }, (): SentEvent => {
      const at = new Date(nextMs()).toISOString();
      const product = { product_id: `p${random.below(20)}`, quantity: 1, unit_price: 9.5, currency: 'EUR' };
      return { type: 'add_to_cart', event_id: random.uuid(), occurred_at: at, user_id: VISITOR, ...product };
    });
    await post({ target: shop.target, ledger }, events);
  }
  const wanted = [...ledger.sent.values()].filter(({ user_id }) => user_id === VISITOR).length;
  const ask = `select count(*)::int as stored from raw_cart_events where user_id = '${VISITOR}'`;
  for (const deadline = performance.now() + 120_000; performance.now() < deadline; await sleep(100))
    if (Number((await shop.database.rows(ask))[0]?.stored) >= wanted) break;
  return performance.now() - startedMs;
}
