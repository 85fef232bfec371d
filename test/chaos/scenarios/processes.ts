import { HASTY_API } from '../controls/control.ts';
import { countsEveryDelivery, countsInSecondTransaction } from '../controls/statements.ts';
import { type Scenario, timesIn } from '../scenario.ts';
import { committed, sent } from '../shop/moments.ts';

/** Processes that end without a word. */
export const processes: readonly Scenario[] = [
  {
    name: 'consumers killed',
    injected:
      'SIGKILL of the consumers, three times, each when a transaction has committed and its answer is on the way',
    control: countsEveryDelivery,
    async inject({ shop, pause, random, seconds }) {
      const times = timesIn(seconds, 3);
      for (let kills = 1; kills <= times; kills += 1) {
        await committed(shop.sql, { isAnswerHeld: true });
        shop.consumers.kill();
        if (kills < times) await pause(2_500 + random.below(1_500));
      }
      return `${times} kills`;
    },
  },
  {
    name: 'consumers killed, offsets',
    injected:
      'SIGKILL of the consumers, three times, each while a transaction is under way, which the second time reaches the database and else does not',
    control: { breaks: 'offsets are committed before the batch is stored', services: 'hasty-consumers' },
    async inject({ shop, pause, random, seconds }) {
      const times = timesIn(seconds, 3);
      for (let kills = 1; kills <= times; kills += 1) {
        await sent(shop.sql, { isLost: kills % 2 === 1 });
        shop.consumers.kill();
        if (kills < times) await pause(2_500 + random.below(1_500));
      }
      return `${times} kills`;
    },
  },
  {
    name: 'PostgreSQL killed',
    injected: 'SIGKILL of the server three times under load; it recovers from its log',
    control: countsInSecondTransaction,
    async inject({ shop, pause, random, seconds }) {
      const times = timesIn(seconds, 3);
      for (let kills = 1; kills <= times; kills += 1) {
        await committed(shop.sql);
        await sent(shop.sql);
        shop.stage.killPostgres();
        if (kills < times) await pause(3_000 + random.below(1_000));
      }
      return `${times} kills`;
    },
  },
  {
    name: 'broker killed',
    injected: 'SIGKILL of the only broker twice under load',
    control: HASTY_API,
    async inject({ shop, pause, random }) {
      shop.brokers.kill(0);
      await pause(8_000 + random.below(1_000));
      shop.brokers.kill(0);
      return '2 kills';
    },
  },
  {
    name: 'API killed',
    injected: 'SIGKILL of the API four times with requests under way',
    control: HASTY_API,
    async inject({ shop, pause, random, seconds }) {
      const times = timesIn(seconds, 4);
      for (let kills = 1; kills <= times; kills += 1) {
        shop.api.kill();
        if (kills < times) await pause(2_500 + random.below(500));
      }
      return `${times} kills`;
    },
  },
];
