import type { Statement } from '../../repositories/database.ts';
import {
  insertNeighbors,
  insertProductEmbeddings,
  insertTrending,
  insertUserEmbeddings,
} from '../../repositories/model-rows.repository.ts';
import { databaseOn, type Session } from '../../repositories/neon-database.ts';
import type { FoldedNeighbours } from '../blend/folded-neighbours.ts';
import type { History, Person } from '../history/history.ts';
import type { Factors } from './train-pairs.ts';
import type { TrendingProduct } from './trending-candidates.ts';

export type TrainedModel = {
  readonly history: History;
  readonly neighbours: FoldedNeighbours;
  /** Parallel to the neighbours. */
  readonly reasons: Uint8Array;
  /** Left out when they have been written already. */
  readonly factors?: Factors | undefined;
  readonly trending: readonly TrendingProduct[];
};

/** A statement of some megabytes at most. */
const NEIGHBOUR_ROWS = 500;
const EMBEDDING_ROWS = 2000;

/** Writes the tables of a model in batches. */
export async function writeModel(
  session: Session,
  modelVersion: string,
  model: TrainedModel,
  { signal, onBatch }: { signal: AbortSignal | undefined; onBatch: (done: number, of: number) => void },
): Promise<void> {
  const writers = [...neighbourBatches(modelVersion, model), ...embeddingBatches(modelVersion, model)];
  const batches = [...writers, () => insertTrending(modelVersion, model.trending)];
  for (const [index, statement] of batches.entries()) {
    signal?.throwIfAborted();
    await databaseOn(session).query(statement());
    onBatch(index + 1, batches.length);
  }
}

/** Statements are made one by one when they are sent. */
type LazyStatement = () => Statement;

function neighbourBatches(
  modelVersion: string,
  { history, neighbours: folded, reasons }: TrainedModel,
): LazyStatement[] {
  const { starts } = folded;
  const idOf = (product: number) => history.productIds[product] as string;
  return rangesOf(history.productIds.length, NEIGHBOUR_ROWS).map(({ first, end }) => () => {
    const [firstPair, endPair] = [starts[first] as number, starts[end] as number];
    return insertNeighbors(modelVersion, {
      productIds: history.productIds.slice(first, end),
      starts: Array.from(starts.subarray(first, end + 1), (start) => start - firstPair),
      neighbors: Array.from(folded.neighbours.subarray(firstPair, endPair), idOf),
      whenLast: folded.whenLast.subarray(firstPair, endPair),
      whenBefore: folded.whenBefore.subarray(firstPair, endPair),
      reasons: reasons.subarray(firstPair, endPair),
    });
  });
}

function embeddingBatches(modelVersion: string, { history, factors: model }: TrainedModel): LazyStatement[] {
  if (model === undefined) return [];
  const { itemFactors, userFactors, people, factors } = model;
  const cut = (vectors: Float32Array, { first, end }: Range) => ({
    vectors: vectors.subarray(first * factors, end * factors),
    factors,
  });
  const personOf = (person: number) => history.people[person] as Person;
  return [
    ...rangesOf(history.productIds.length, EMBEDDING_ROWS).map((range) => () => {
      const productIds = history.productIds.slice(range.first, range.end);
      return insertProductEmbeddings(modelVersion, productIds, cut(itemFactors, range));
    }),
    ...rangesOf(people.length, EMBEDDING_ROWS).map((range) => () => {
      const chosen = Array.from(people.subarray(range.first, range.end), personOf);
      return insertUserEmbeddings(modelVersion, chosen, cut(userFactors, range));
    }),
  ];
}

type Range = { first: number; end: number };

function rangesOf(count: number, size: number): Range[] {
  const starts = Array.from({ length: Math.ceil(count / size) }, (_, nth) => nth * size);
  return starts.map((first) => ({ first, end: Math.min(count, first + size) }));
}
