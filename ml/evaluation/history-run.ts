import {
  type EvaluatedPerson,
  listPopular,
  type Outcome,
  sampleEvaluatedPeople,
  toEvaluatedPerson,
} from '../../repositories/evaluation-people.repository.ts';
import { databaseOn, type Session } from '../../repositories/neon-database.ts';
import { recommend } from '../real-time-model.ts';
import { LIST_LENGTH } from '../training/ranking-metrics.ts';
import { type PersonMetrics, personMetrics } from './person-metrics.ts';
import { shareOut } from './share-out.ts';

export type HistoryRun = {
  since: Date;
  /** A model that has seen nothing after `since`. */
  modelVersion: string;
  seed: number;
  limit: number;
  onPerson: (done: number, of: number) => void;
  signal: AbortSignal;
};

export type HistoryResult = {
  people: EvaluatedPerson[];
  model: PersonMetrics;
  popularity: PersonMetrics;
  answerMs: number[];
};

/** More popular products than a list is long, because those that a person has seen are passed over. */
const POPULAR_PRODUCTS = 2_000;

/**
 * Asks the production statement as of `since`, for a sample of the people who came back, and compares with what they then
 * bought, or touched for the first time. For the latter nobody is shown what they know: the model in mode `discover`, and
 * popularity without the products seen.
 */
export async function runHistory(
  sessions: readonly [Session, ...Session[]],
  outcome: Outcome,
  run: HistoryRun,
): Promise<HistoryResult> {
  const database = databaseOn(sessions[0]);
  const people = (await database.query(sampleEvaluatedPeople(outcome, run))).map(toEvaluatedPerson);
  const popular = (await database.query(listPopular(run.since, POPULAR_PRODUCTS))).map((row) => String(row.product_id));
  const lists: string[][] = people.map(() => []);
  const answerMs: number[] = [];
  const ask = async (session: Session, { userId, isAnonymous }: EvaluatedPerson, index: number) => {
    const startedAt = performance.now();
    const { items } = await recommend(databaseOn(session), {
      visitor: { id: userId, followLinks: !isAnonymous },
      limit: LIST_LENGTH,
      mode: outcome === 'novel' ? 'discover' : 'continue',
      excludePurchased: outcome === 'novel',
      at: run.since,
      modelVersion: run.modelVersion,
    });
    run.onPerson(answerMs.push(performance.now() - startedAt), people.length);
    lists[index] = items.map(({ product_id }) => product_id);
  };
  await shareOut(people, sessions, ask, run.signal);
  const popularFor = ({ seen }: EvaluatedPerson) => (outcome === 'novel' ? without(popular, new Set(seen)) : popular);
  return {
    people,
    model: personMetrics(people.map(({ relevant }, index) => ({ relevant, list: lists[index] ?? [] }))),
    popularity: personMetrics(people.map((person) => ({ relevant: person.relevant, list: popularFor(person) }))),
    answerMs,
  };
}

function without(products: readonly string[], seen: ReadonlySet<string>): string[] {
  return products.filter((product) => !seen.has(product)).slice(0, LIST_LENGTH);
}
