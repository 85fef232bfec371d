import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { clockSkewMs, type EventRecord } from '../../events/record.ts';
import { topicNames, topicOf } from '../../events/topics.ts';
import { erasePerson } from '../../lambdas/people/erase-person.ts';
import { finishErasures } from '../../lambdas/people/finish-erasures.ts';
import { aggregates } from '../../repositories/aggregates.ts';
import { createNeonDatabase, withSession } from '../../repositories/neon-database.ts';
import { rebuild } from '../../repositories/rebuild.repository.ts';
import type { TestDatabase } from '../brackets/database.ts';
import { arbitraryRecords } from '../oracle/arbitrary-events.ts';
import { ErasureModel } from '../oracle/erasures.ts';
import { consumersOn, deliver } from './deliver.ts';
import { emptyTables } from './empty-tables.ts';
import { expectOracleTables } from './expect-oracle-tables.ts';

const DAY_MS = 86_400_000;
/** The first instant of arbitrary events is put so far back that none lies ahead. */
const AGE_DAYS = 75;
const CHAPTERS = 4;

/** Somebody is erased at the end of a chapter; some of its events were received before the chapter before ended. */
type Chapter = {
  batches: { record: EventRecord; wasInTopic: boolean }[][];
  again: number[];
  erases: string | undefined;
  isMaintained: boolean;
  isRebuilt: boolean;
};

/** An event as received at this moment. */
function receivedAt({ stamp, event }: EventRecord, at: number): EventRecord {
  const occurredAt = Date.now() - AGE_DAYS * DAY_MS + (Date.parse(event.occurred_at) % (31 * DAY_MS));
  return {
    stamp: {
      ...stamp,
      received_at: new Date(at).toISOString(),
      sent_at: new Date(at - clockSkewMs(stamp)).toISOString(),
    },
    event: { ...event, occurred_at: new Date(Math.floor(occurredAt / 1000) * 1000).toISOString() },
  };
}

function arbitraryStory(events: number): fc.Arbitrary<Chapter[]> {
  const placed = fc.record({ chapter: fc.nat(CHAPTERS - 1), wasInTopic: fc.boolean() });
  const chapter = fc.record({
    again: fc.array(fc.nat(1_000), { maxLength: 10 }),
    erases: fc.option(fc.constantFrom('u1', 'u1', 'u2', 'a1', 'a2', 'unknown'), { nil: undefined, freq: 6 }),
    isMaintained: fc.boolean(),
    isRebuilt: fc.boolean(),
    size: fc.integer({ min: 1, max: 12 }),
  });
  return arbitraryRecords(events).chain((records) =>
    fc
      .tuple(
        fc.array(placed, { minLength: records.length, maxLength: records.length }),
        fc.array(chapter, { minLength: CHAPTERS, maxLength: CHAPTERS }),
      )
      .map(([places, chapters]) =>
        chapters.map(({ size, ...rest }, index) => {
          const own = records.flatMap((record, nth) => {
            const { chapter: of, wasInTopic = false } = places[nth] ?? {};
            return of === index ? [{ record, wasInTopic }] : [];
          });
          return { ...rest, batches: byTopic(own, ({ record }) => record, size) };
        }),
      ),
  );
}

function byTopic<T>(items: readonly T[], recordOf: (item: T) => EventRecord, size: number): T[][] {
  return topicNames.flatMap((topic) => {
    const own = items.filter((item) => topicOf(recordOf(item).event.type) === topic);
    return Array.from({ length: Math.ceil(own.length / size) }, (_, n) => own.slice(n * size, (n + 1) * size));
  });
}

/** Tells a story to the system and to the model, and compares them after each chapter and each replay of everything. */
async function tell(database: TestDatabase, chapters: readonly Chapter[]): Promise<number> {
  const consumers = consumersOn(createNeonDatabase(database.writerUrl));
  const model = new ErasureModel();
  const topic: EventRecord[] = [];
  const give = async (batch: EventRecord[]) => {
    await deliver(consumers, batch, { order: batch.map((_, index) => index), sizes: [batch.length], workers: 1 });
    model.store(batch);
  };
  let before = Date.now() - 1_000;
  for (const { batches, again, erases, isMaintained, isRebuilt } of chapters) {
    for (const batch of batches) {
      const records = batch.map(({ record, wasInTopic }) => receivedAt(record, wasInTopic ? before : Date.now()));
      topic.push(...records);
      await give(records);
    }
    for (const index of again)
      for (const record of topic.slice(index % (topic.length || 1)).slice(0, 1)) await give([record]);
    before = Date.now();
    await sleep(2);
    if (erases !== undefined) {
      await erasePerson(createNeonDatabase(database.peopleUrl), { userId: erases });
      model.erase(erases, Date.now());
    }
    if (isMaintained) {
      await finishErasures(createNeonDatabase(database.maintainerUrl));
      model.eraseLate(Date.now());
    }
    await sleep(2);
    if (isRebuilt) await withSession(database.url, (session) => rebuild(session, aggregates));
    await expectOracleTables(database, model.records, model.said);
  }
  for (const batch of byTopic(topic, (record) => record, 7)) await give(batch);
  await expectOracleTables(database, model.records, model.said);
  return model.records.length;
}

/**
 * Asserts that random events, among which people are erased while some of their events are still in a topic, give the tables
 * of what is left, after every erasure and after the whole topic came again.
 */
export async function expectErased(
  database: TestDatabase,
  runs: { numRuns: number; events: number; timeLimitMs: number },
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(arbitraryStory(runs.events), async (chapters) => {
      await emptyTables(database);
      await tell(database, chapters);
    }),
    { numRuns: runs.numRuns, interruptAfterTimeLimit: runs.timeLimitMs },
  );
}
