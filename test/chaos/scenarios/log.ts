import { HASTY_API } from '../controls/control.ts';
import { countsEveryDelivery, leavesLateCarts } from '../controls/statements.ts';
import { forgetGroups, withAdmin } from '../engines/topics.ts';
import { hastened } from '../load/streams.ts';
import type { Scenario } from '../scenario.ts';
import { rawTableOf } from '../shop/sql-proxy.ts';

/** A log that vanishes, changes hands, or is read again. */
export const log: readonly Scenario[] = [
  {
    name: 'half-open connections',
    injected: 'every connection of API and consumers to the broker loses all packets, unnoticed; new ones work',
    control: HASTY_API,
    async inject({ shop, heal, pause }) {
      for (const { api, consumers } of shop.brokers.proxies)
        for (const proxy of [api, consumers]) proxy.set({ existing: 'swallow', coming: 'pass' });
      heal();
      await pause(2_000);
      return 'clients came back by new connections';
    },
  },
  {
    name: 'broker unreachable',
    injected: 'packets between API, consumers and broker are lost, of new connections too',
    control: HASTY_API,
    async inject({ shop, pause, seconds }) {
      const proxies = shop.brokers.proxies.flatMap(({ api, consumers }) => [api, consumers]);
      for (const proxy of proxies) proxy.set({ existing: 'swallow', coming: 'swallow' });
      await pause(seconds * 1000);
      for (const proxy of proxies) proxy.set({ existing: 'swallow', coming: 'pass' });
      return `${seconds} s without a broker`;
    },
  },
  {
    name: 'leader change',
    injected:
      'three brokers, each record on all of them; two are killed one after the other, the first back in between',
    brokers: 3,
    control: HASTY_API,
    async inject({ shop, pause, random }) {
      const first = random.below(3);
      shop.brokers.kill(first);
      await pause(15_000);
      shop.brokers.kill((first + 1) % 3);
      return '2 brokers of 3 killed';
    },
  },
  {
    name: 'rebalance while batches run',
    injected: 'a second process of consumers joins and leaves twice, while each transaction takes 0.3 s',
    control: countsEveryDelivery,
    async inject({ shop, pause }) {
      shop.sql.fault = async (request, next) => {
        const answer = await next(request);
        await pause(rawTableOf(request) === undefined ? 0 : 300);
        return answer;
      };
      for (let turn = 0; turn < 2; turn += 1) {
        const more = await shop.moreConsumers();
        await pause(3_000);
        await more.stop();
        await pause(2_000);
      }
      shop.sql.fault = undefined;
      return '4 rebalances';
    },
  },
  {
    name: 'whole topic replayed',
    injected: 'new consumer groups read all three topics from the start',
    control: countsEveryDelivery,
    async inject({ shop, pause, ledger, seconds }) {
      await pause(seconds * 500);
      await shop.consumers.stop();
      await withAdmin(shop.brokers.direct, forgetGroups);
      const again = ledger.acknowledged.size;
      await shop.moreConsumers();
      return `${again.toLocaleString('en')} events read again`;
    },
  },
  {
    name: 'a topic hours behind',
    injected: 'half a day of the shop in seconds; cart events wait until views and purchases are stored',
    control: leavesLateCarts,
    events: ({ seed, startMs }) => hastened({ seed, startMs, hours: 12, seconds: 10, count: 2_500 }),
    async inject({ shop, pause }) {
      shop.sql.fault = async (request, next) => {
        if (rawTableOf(request) !== 'raw_cart_events') return next(request);
        return { status: 503, body: '{"message":"held back"}' };
      };
      await pause(10_000);
      shop.sql.fault = undefined;
      return 'carts folded again from the raw rows';
    },
  },
];
