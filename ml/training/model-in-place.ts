import type { Row } from '../../repositories/database.ts';
import { selectCurrentRun, selectNeighbors } from '../../repositories/models.repository.ts';
import { databaseOn, type Session } from '../../repositories/neon-database.ts';
import type { FoldedNeighbours } from '../blend/folded-neighbours.ts';
import { createScorer } from '../blend/score.ts';
import type { BlendWeights } from '../blend/weights.ts';
import { reals, wholeNumbers } from '../history/growing-column.ts';
import type { History } from '../history/history.ts';
import { trailBefore } from '../history/trail.ts';
import type { Visits } from '../history/visits.ts';
import type { RankingMetrics, RankOf } from './ranking-metrics.ts';

export type ModelInPlace = {
  readonly modelVersion: string;
  readonly weights: BlendWeights;
  /** What it reached when it was trained; undefined for a model that was not. */
  readonly recorded: RankingMetrics | undefined;
  /** The newest second that it has seen; undefined when it has seen nothing. */
  readonly seenUntil: number | undefined;
};

/** The model that answers now. */
export async function readModelInPlace(session: Session): Promise<ModelInPlace | undefined> {
  const [row] = await databaseOn(session).query(selectCurrentRun());
  if (row === undefined) return undefined;
  const metrics = row.metrics as { model?: RankingMetrics } | null;
  return {
    modelVersion: String(row.model_version),
    weights: row.weights as BlendWeights,
    recorded: metrics?.model,
    seenUntil: row.window_end === null ? undefined : Number(row.window_end),
  };
}

const PRODUCTS_PER_QUERY = 500;

/** Ranks as the model in place does, with what it has stored of the products that the examples' visitors touched. */
export async function ranksInPlace(
  session: Session,
  { modelVersion, weights }: ModelInPlace,
  { history, visits, examples }: { history: History; visits: Visits; examples: Uint32Array },
): Promise<RankOf> {
  const asked = new Set<number>();
  for (const touch of examples) for (const product of trailBefore(history, touch).context) asked.add(product);
  const products = [...asked];
  const stored = new Map<string, Row>();
  for (let first = 0; first < products.length; first += PRODUCTS_PER_QUERY) {
    const ids = products
      .slice(first, first + PRODUCTS_PER_QUERY)
      .map((product) => history.productIds[product] as string);
    for (const row of await databaseOn(session).query(selectNeighbors(modelVersion, ids)))
      stored.set(String(row.product_id), row);
  }
  const { neighbours, productCount } = numberNeighbours(history.productIds, stored);
  return createScorer({ neighbours, weights, visits, productCount }).rank;
}

/** Products that the history does not have get numbers behind its own: they are shown all the same. */
function numberNeighbours(productIds: readonly string[], stored: ReadonlyMap<string, Row>) {
  const numbers = new Map(productIds.map((id, product) => [id, product]));
  const numberOf = (id: string): number => {
    const number = numbers.get(id) ?? numbers.size;
    numbers.set(id, number);
    return number;
  };
  const starts = new Uint32Array(productIds.length + 1);
  const [neighbours, whenLast, whenBefore] = [wholeNumbers(), reals(), reals()];
  productIds.forEach((id, product) => {
    const row = stored.get(id);
    const ids = (row?.neighbors ?? []) as string[];
    for (const neighbour of ids) neighbours.push(numberOf(neighbour));
    for (const gain of (row?.when_last ?? []) as number[]) whenLast.push(gain);
    for (const gain of (row?.when_before ?? []) as number[]) whenBefore.push(gain);
    starts[product + 1] = (starts[product] as number) + ids.length;
  });
  const folded: FoldedNeighbours = {
    starts,
    neighbours: neighbours.finish(),
    whenLast: whenLast.finish(),
    whenBefore: whenBefore.finish(),
  };
  return { neighbours: folded, productCount: numbers.size };
}
