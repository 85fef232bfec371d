import { join } from 'node:path';
import { startChild } from '../../local/system/child.ts';
import type { Engines } from '../engines/with-engines.ts';
import type { BareRows } from './bare-rows.ts';
import { runSql } from './scratch-databases.ts';
import { withAdmin } from './topics-of-records.ts';
import { type Watched, watchGroups } from './watch-groups.ts';

/** A transaction for each event is slow enough for fewer of them. */
const [FROM, TO] = [1_000, 9_000];
const GROUP = 'tutorial';
const POPULARITY =
  'create table if not exists bare_popularity (product_id text, hour timestamptz, views bigint, primary key (product_id, hour))';

/** The tutorial's consumer on the topic of views, stopped once it has shown its pace. */
export async function runTutorial({ kafka, postgres, folder }: Engines, { databaseUrl }: BareRows): Promise<Watched> {
  await runSql(databaseUrl, POPULARITY, 'truncate bare_product_views, bare_popularity', 'checkpoint');
  const child = await startChild({
    ...{ name: 'tutorial', entry: new URL('./tutorial-process.ts', import.meta.url), env: {}, awaitsReady: true },
    args: [JSON.stringify({ brokers: kafka.brokers, databaseUrl })],
    logFile: join(folder, 'tutorial.log'),
  });
  const parts = { consumers: [Number(child.pid)], database: [postgres.pid], broker: [kafka.process.pid] };
  try {
    const reading = [{ group: GROUP, topic: 'product_views' }];
    return await withAdmin(kafka.brokers, (admin) => watchGroups(admin, reading, { from: FROM, to: TO, parts }));
  } finally {
    await child.stop();
    await withAdmin(kafka.brokers, (admin) => admin.deleteGroups([GROUP]));
  }
}
