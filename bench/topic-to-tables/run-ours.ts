import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openDatabase } from '../../local/neon/open-database.ts';
import { type ChildOptions, startChild } from '../../local/system/child.ts';
import { aggregates } from '../../repositories/aggregates.ts';
import { audit } from '../../repositories/audit.repository.ts';
import { withSession } from '../../repositories/neon-database.ts';
import { type Engines, urlOfRole } from '../engines/with-engines.ts';
import { withAdmin } from './topics-of-records.ts';
import { type Watched, watchGroups } from './watch-groups.ts';

export const READING = [
  { group: 'process-view', topic: 'product_views' },
  { group: 'process-cart', topic: 'cart_events' },
  { group: 'process-purchase', topic: 'purchases' },
] as const;

export type OursOptions = {
  /** The checkout whose code runs. */
  tree: string;
  /** A database with this checkout's tables. */
  databaseUrl: string;
  /** Consumer processes of each group. */
  consumers: number;
  maxRecords?: number | undefined;
  from: number;
  to: number;
  /** Stores the raw rows in the rivals' bare tables and nothing else: what Debezium's sink does. */
  rowsAlone?: boolean;
  /** False where the tables are not to be compared: rows that were there before, or records left over, would differ. */
  isWhole?: boolean;
};

/**
 * The production path: Kafka, the trigger, the handlers, Neon's driver and protocol, raw rows and every aggregate.
 *
 * @throws Error when the tables are not what the raw rows give.
 */
export async function runOurs({ kafka, postgres, folder }: Engines, options: OursOptions): Promise<Watched> {
  const { tree, databaseUrl, consumers, maxRecords, from, to, rowsAlone = false, isWhole = !rowsAlone } = options;
  const entryOf = (name: string) => pathToFileURL(join(tree, 'bench/topic-to-tables', name));
  const env = { POWERTOOLS_LOG_LEVEL: 'WARN', POWERTOOLS_METRICS_DISABLED: 'true' };
  let fetchEndpoint = '';
  const start = (name: string, argument: string, more: Partial<ChildOptions> = {}) =>
    startChild({
      ...{ name, entry: entryOf(`${name}-process.ts`), args: [argument], env, awaitsReady: true },
      ...{ logFile: join(folder, `${name}.log`), ...more },
    });
  const proxy = await start('proxy', databaseUrl, {
    onMessage: (message) => {
      ({ fetchEndpoint } = message as { fetchEndpoint: string });
    },
  });
  const writerUrl = urlOfRole(databaseUrl, 'bazaar_writer');
  const settings = JSON.stringify({ brokers: kafka.brokers, writerUrl, fetchEndpoint, maxRecords, rowsAlone });
  const started: Awaited<ReturnType<typeof startChild>>[] = [];
  try {
    for (let n = 0; n < consumers; n += 1) started.push(await start('consumer', settings));
    const parts = {
      consumers: started.map(({ pid }) => Number(pid)),
      proxy: [Number(proxy.pid)],
      database: [postgres.pid],
      broker: [kafka.process.pid],
    };
    for (const { tell } of started) tell('go');
    const watched = await withAdmin(kafka.brokers, (admin) =>
      Promise.race([watchGroups(admin, READING, { from, to, parts }), deathOf(started)]),
    );
    await Promise.all(started.map((child) => child.stop()));
    if (isWhole) await expectExact(databaseUrl);
    return watched;
  } finally {
    await Promise.all([...started, proxy].map((child) => child.stop()));
    await withAdmin(kafka.brokers, (admin) => admin.deleteGroups(READING.map(({ group }) => group)));
  }
}

/** Rejects when one of them ends; who waits for it else waits for records that nobody reads. */
async function deathOf(children: readonly { exited: Promise<void> }[]): Promise<never> {
  await Promise.race(children.map(({ exited }) => exited));
  throw new Error('a consumer ended by itself');
}

async function expectExact(databaseUrl: string): Promise<void> {
  const opened = await openDatabase(databaseUrl);
  const counts = await withSession(databaseUrl, (session) =>
    audit(session, aggregates, (table, difference) => console.error(table, JSON.stringify(difference))),
  ).finally(opened.close);
  const differences = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (differences > 0) throw new Error(`audit: ${differences} rows are not what the raw rows give`);
}
