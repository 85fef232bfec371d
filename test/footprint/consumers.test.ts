import { afterAll, beforeAll, expect, test } from 'vitest';
import { topicNames } from '../../events/topics.ts';
import type { Statement } from '../../repositories/database.ts';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import { openTestDatabase, type TestDatabase } from '../brackets/database.ts';
import { type Consumers, consumersOn } from '../delivery/deliver.ts';
import { fixedBatches } from './batches.ts';
import { prepareToCount, type Work, workOf } from './database-work.ts';
import { compareWithFile, type Figures } from './figures.ts';

/** The most that one invocation gets; purchases are few. */
const SIZES = { product_views: 500, cart_events: 500, purchases: 100 } as const;
/** What the shop has seen before: the first of all batches makes partitions, and finds neither people nor products. */
const HISTORY_EVENTS = 2_000;
const COUNTED = 3;

type Topic = keyof typeof SIZES;

let database: TestDatabase;
let consumers: Consumers;
beforeAll(async () => {
  database = await openTestDatabase();
  consumers = consumersOn(createNeonDatabase(database.writerUrl));
  for (const topic of topicNames)
    for (const batch of fixedBatches(topic, { size: SIZES[topic], from: 0, to: HISTORY_EVENTS }))
      await consumers[topic](batch);
  await prepareToCount(database);
}, 120_000);
afterAll(() => database.close());

test('a batch costs the database what it did when consumers.json was written', async () => {
  const figures: Figures[] = [];
  for (const topic of topicNames) figures.push(figuresOf(topic, await countWork(topic)));
  const problems = await compareWithFile(new URL('consumers.json', import.meta.url), Object.assign({}, ...figures));
  expect(problems).toEqual([]);
}, 180_000);

test('a consumer that asks the database once for each statement is found out', async () => {
  const whole = createNeonDatabase(database.writerUrl);
  const piecemeal = {
    ...whole,
    transact: (statements: readonly Statement[]) => Promise.all(statements.map((statement) => whole.query(statement))),
  };
  const batch = fixedBatches('cart_events', { size: SIZES.cart_events, from: 0, to: HISTORY_EVENTS }).next().value;
  if (batch === undefined) throw new Error('the first events hold no cart event');
  const { requests, statements } = await workOf(database, () => consumersOn(piecemeal).cart_events(batch));
  expect(requests).toBe(statements);
  expect(requests).toBeGreaterThan(1);
});

async function countWork(topic: Topic): Promise<Work[]> {
  const works: Work[] = [];
  for (const batch of fixedBatches(topic, { size: SIZES[topic], from: HISTORY_EVENTS, to: Infinity })) {
    works.push(await workOf(database, () => consumers[topic](batch)));
    if (works.length === COUNTED) break;
  }
  return works;
}

function figuresOf(topic: Topic, works: readonly Work[]): Figures {
  const most = (figure: (work: Work) => number) => Math.max(...works.map(figure));
  const perEvent = (figure: (work: Work) => number) => Math.round(sum(works.map(figure)) / works.length / SIZES[topic]);
  const rows = [...new Set(works.flatMap((work) => Object.keys(work.rows)))];
  return {
    [`${topic}.round_trips`]: most(({ requests }) => requests),
    [`${topic}.statements`]: most(({ statements }) => statements),
    [`${topic}.request_bytes_per_event`]: perEvent(({ requestBytes }) => requestBytes),
    [`${topic}.wal_bytes_per_event`]: perEvent(({ walBytes }) => walBytes),
    ...Object.fromEntries(rows.map((name) => [`${topic}.${name}`, sum(works.map((work) => work.rows[name] ?? 0))])),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
