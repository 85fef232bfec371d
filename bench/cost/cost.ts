import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { train } from '../../lambdas/train/train.ts';
import { defaultAssumptions } from '../../lib/cost/assumptions.ts';
import { costTable } from '../../lib/cost/cost-table.ts';
import { type Postgres, startPostgres } from '../../local/engines/postgres.ts';
import { openDatabase } from '../../local/neon/open-database.ts';
import { withSession } from '../../repositories/neon-database.ts';
import { migrateAll, urlOfRole } from '../engines/with-engines.ts';
import { withKafka } from '../engines/with-kafka.ts';
import { writeResults } from '../report/write-results.ts';
import { bills, billsAtAwsWorkload, compareAssumptions } from './bills.ts';
import { startFunctions } from './functions.ts';
import { measureIngestion } from './ingestion.ts';
import { localDurations, measuredAssumptions } from './measured-assumptions.ts';
import { awsClickstream } from './published.ts';
import { measureTables } from './table-bytes.ts';
import { eventsWritten, measureWriting, type Writing } from './write-path.ts';

/**
 * What an event costs in processor time and bytes, each part apart, and the monthly bill that lib/cost makes of it, beside
 * what AWS publishes for its clickstream guidance at that guidance's workload.
 *
 *   npm run bench -- cost [--rounds 3]
 *
 * Invokes the production functions one at a time, as Lambda does, with the batches that consumers get at 10, 100 and 1,000
 * events a second. Linux only.
 */
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } });
const rounds = Number(values.rounds);
const RECOMMENDATIONS = 300;
const TRAINING_LIMIT_MS = 240_000;

/** Trains on what was written, so that there is a model to ask; `ms` for each event. */
async function trainModel({ url }: Postgres) {
  const opened = await openDatabase(url);
  const silent = { info: () => undefined, warn: () => undefined };
  const threads = availableParallelism();
  const options = { remainingMs: TRAINING_LIMIT_MS, windowDays: defaultAssumptions.trainingDays, threads };
  const start = performance.now();
  try {
    const outcome = await withSession(urlOfRole(url, 'bazaar_trainer'), (session) =>
      train(session, { ...options, log: silent, metrics: () => undefined }),
    );
    return { events: outcome.events, threads, msPerEvent: (performance.now() - start) / outcome.events };
  } finally {
    await opened.close();
  }
}

/** A line for each topic and rate, as it is printed and kept. */
function writingRows({ batches }: Writing) {
  const rounded = (value: number) => Math.round(value * 10) / 10;
  const per = (value: number, events: number) => Math.round(value / events);
  return batches.map(({ topic, rate, batches: count, eventsPerBatch: events, ...of }) => ({
    ...{ topic, rate, batches: count, events_per_batch: rounded(events), ms_per_batch: rounded(of.ms) },
    function_s_per_million: per(of.functionMs * 1e3, events),
    database_s_per_million: per(of.databaseMs * 1e3, events),
    wal_bytes_per_event: per(of.walBytes, events),
    to_neon_bytes_per_event: per(of.toNeon, events),
  }));
}

await withKafka(async ({ brokers }, scratch) => {
  const ingestion = await measureIngestion(scratch, brokers, rounds);
  const postgres = await startPostgres({ folder: join(scratch.folder, 'postgres') });
  scratch.ending(postgres);
  await migrateAll(postgres.url);
  const events = eventsWritten(rounds);
  const functions = await startFunctions(scratch, postgres, events);
  const writing = await measureWriting(functions, postgres, rounds);
  const tables = await measureTables(postgres.adminUrl, events);
  const training = await trainModel(postgres);
  await functions.ask({ does: 'recommend', requests: RECOMMENDATIONS });
  const recommending = await functions.ask({ does: 'recommend', requests: RECOMMENDATIONS });

  const measured = measuredAssumptions({ writing, tables, ingestion, recommending });
  const durations = localDurations(writing, recommending, ingestion);
  const assumptions = compareAssumptions(measured);
  const rows = writingRows(writing);
  const atAwsWorkload = billsAtAwsWorkload(measured);
  for (const table of [rows, tables, ingestion.requests, [durations], assumptions, bills(measured)])
    console.table(table);
  console.log(costTable(undefined, undefined, { ...defaultAssumptions, ...measured }));
  console.table(atAwsWorkload);
  console.table(awsClickstream.rows.map(({ what, usd }) => ({ published_by_aws: what, usd })));
  await writeResults('cost', `npm run bench -- cost --rounds ${rounds}`, {
    ...{ events, rounds, writing: rows, lines: writing.lines },
    wal_bytes_per_event_with_full_pages: Math.round(writing.walBytesWithImages),
    background_processor_share: writing.backgroundShare,
    ...{ tables, ingestion, training, local_ms: durations, assumptions, bills: bills(measured) },
    ...{ bills_at_aws_workload: atAwsWorkload, published_by_aws: awsClickstream },
  });
});
