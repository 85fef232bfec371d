import { countsEveryDelivery, swallowsFailures } from '../controls/statements.ts';
import type { Chaos, Scenario } from '../scenario.ts';
import { Cut, rawTableOf } from '../shop/sql-proxy.ts';

/** Ends every session of the database, so that what was altered holds for the next ones. */
const endSessions = ({ shop }: Chaos) =>
  shop.database.admin(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${shop.database.name}'`);

/** Alters something of the server while events flow, and takes it back. */
async function altered(chaos: Chaos, alter: string, restore: string): Promise<string> {
  const { admin } = chaos.shop.database;
  const before = chaos.ledger.acknowledged.size;
  await admin(alter);
  await endSessions(chaos);
  await chaos.pause(chaos.seconds * 1000);
  const meanwhile = chaos.ledger.acknowledged.size - before;
  await admin(restore);
  await endSessions(chaos);
  chaos.heal();
  return `${meanwhile.toLocaleString('en')} events acknowledged in these ${chaos.seconds} s`;
}

const RAW_TABLES = ['raw_product_views', 'raw_cart_events', 'raw_purchases'];
/** Raises what a busy database raises: in a statement, and when the transaction commits. */
const MOODY = [
  `create function be_moody() returns trigger language plpgsql as $$ begin
    if random() < tg_argv[1]::float8 then raise exception 'moody' using errcode = tg_argv[0]; end if;
    return null;
  end $$`,
  ...RAW_TABLES.map(
    (table) =>
      `create trigger moody_deadlock after insert on ${table} for each statement execute function be_moody('40P01', '0.3')`,
  ),
  `create constraint trigger moody_commit after insert or update on product_popularity deferrable initially deferred
    for each row execute function be_moody('40001', '0.02')`,
];

/** Takes it back, one lock at a time: a `cascade` would close a circle with the batches, and not be what is injected. */
const CALM = [
  ...RAW_TABLES.map((table) => `drop trigger moody_deadlock on ${table}`),
  'drop trigger moody_commit on product_popularity',
  'drop function be_moody',
];

/** A database that refuses, stalls, or says nothing at all. */
export const database: readonly Scenario[] = [
  {
    name: 'commit acknowledged, answer lost',
    injected: 'half of all transactions commit, and the connection is cut before their answer arrives',
    control: countsEveryDelivery,
    async inject({ shop, pause, random, seconds }) {
      let cuts = 0;
      shop.sql.fault = async (request, next) => {
        const answer = await next(request);
        if (rawTableOf(request) === undefined || !random.chance(0.5)) return answer;
        cuts += 1;
        throw new Cut();
      };
      await pause(seconds * 1000);
      shop.sql.fault = undefined;
      return `${cuts} answers lost`;
    },
  },
  {
    name: 'connections refused',
    injected: 'PostgreSQL ends all sessions of the database and takes no new ones',
    control: swallowsFailures,
    inject: (chaos) => {
      const { name } = chaos.shop.database;
      return altered(
        chaos,
        `alter database ${name} allow_connections false`,
        `alter database ${name} allow_connections true`,
      );
    },
  },
  {
    name: 'out of connections',
    injected: 'the consumers’ role may hold one connection instead of six and more',
    control: swallowsFailures,
    inject: (chaos) =>
      altered(chaos, 'alter role bazaar_writer connection limit 1', 'alter role bazaar_writer connection limit -1'),
  },
  {
    name: 'read-only',
    injected: 'the database is read-only, as after a failover to a replica',
    control: swallowsFailures,
    inject: (chaos) => {
      const database = `alter database ${chaos.shop.database.name}`;
      return altered(
        chaos,
        `${database} set default_transaction_read_only = on`,
        `${database} reset default_transaction_read_only`,
      );
    },
  },
  {
    name: 'slow, then stuck',
    injected:
      'each request waits up to 1.5 s; then another session holds `orders` and `persons` for 9 s, longer than `lock_timeout`',
    control: swallowsFailures,
    async inject({ shop, pause, random, seconds }) {
      shop.sql.fault = async (request, next) => {
        await pause(random.below(1_500));
        return next(request);
      };
      await pause(seconds * 1000);
      shop.sql.fault = undefined;
      const session = await shop.database.connect();
      await session.query('begin');
      await session.query('lock table orders, persons in exclusive mode');
      await pause(9_000);
      await session.end();
      return 'statements ended by their lock timeout';
    },
  },
  {
    name: 'deadlocks and serialization failures',
    injected: 'the server raises 40P01 in three of ten statements, and 40001 at the commit of others',
    control: swallowsFailures,
    async prepare(shop) {
      for (const statement of MOODY) await shop.rows(statement);
    },
    async inject({ shop, pause, seconds }) {
      let raised = 0;
      shop.sql.fault = async (request, next) => {
        const answer = await next(request);
        if (answer.body.includes('moody')) raised += 1;
        return answer;
      };
      await pause(seconds * 1000);
      for (const statement of CALM) await shop.database.rows(statement);
      shop.sql.fault = undefined;
      return `${raised} transactions ended by the server`;
    },
  },
];
