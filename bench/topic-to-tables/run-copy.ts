import type { Engines } from '../engines/with-engines.ts';
import { processorSeconds } from '../report/processor-time.ts';
import type { BareRows } from './bare-rows.ts';
import { runSql } from './scratch-databases.ts';
import type { Watched } from './watch-groups.ts';

/** What Postgres can do at all: the finished rows from files that it reads itself, one transaction a table. */
export async function runCopy({ postgres }: Engines, { databaseUrl, files, count }: BareRows): Promise<Watched> {
  await runSql(databaseUrl, `truncate ${[...files.keys()].join()}`, 'checkpoint');
  const [startMs, used] = [performance.now(), await processorSeconds([postgres.pid])];
  await runSql(databaseUrl, ...[...files].map(([table, file]) => `copy ${table} from '${file}'`));
  const seconds = (performance.now() - startMs) / 1000;
  const database = ((await processorSeconds([postgres.pid])) - used) / (count / 1e6);
  return { events: count, seconds, eventsPerSecond: Math.round(count / seconds), processorPerMillion: { database } };
}
