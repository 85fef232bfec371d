import { databaseOn, type Session } from '../../repositories/neon-database.ts';
import { insertVisits, type Visit } from '../../repositories/session-history.repository.ts';
import { recommend } from '../real-time-model.ts';
import { LIST_LENGTH } from '../training/ranking-metrics.ts';
import { createNextProductTally, type NextProduct, type NextProductMetrics } from './next-product.ts';
import { shareOut } from './share-out.ts';

/** How many events behind a model is asked to be, and from which length of a prefix on that says something. */
export const LAGS = [0, 1, 2, 3];
export const LAGGED_PREFIX = 4;
export const isLagged = ({ prefix }: NextProduct) => prefix.length >= LAGGED_PREFIX;

export type NextProductRun = {
  rows: readonly NextProduct[];
  catalogue: Pick<ReadonlyMap<string, unknown>, 'has' | 'size'>;
  /** The visit of row `index` with these products, on which the answer is to rest. */
  visitOf: (index: number, products: readonly string[]) => Visit;
  onRow: (done: number) => void;
  signal: AbortSignal;
};

/**
 * Asks the production statement for each row and holds the lists against the targets.
 *
 * @param lag how many of the newest events of each prefix the model has not seen yet.
 * @returns the metrics, and the time of each answer in milliseconds, from sending the statement to having its rows.
 */
export async function runNextProduct(
  sessions: readonly Session[],
  run: NextProductRun,
  lag = 0,
): Promise<{ metrics: NextProductMetrics; answerMs: number[] }> {
  const tally = createNextProductTally(run.rows, run.catalogue);
  const answerMs: number[] = [];
  const ask = async (session: Session, { prefix }: NextProduct, index: number) => {
    const visit = run.visitOf(index, prefix.slice(0, prefix.length - lag));
    const { products, milliseconds } = await askAfter(session, visit);
    tally.add(index, products);
    run.onRow(answerMs.push(milliseconds));
  };
  await shareOut(run.rows, sessions, ask, run.signal);
  return { metrics: tally.metrics(), answerMs };
}

/** Makes the visit the newest rows, asks for its visitor, and takes it back: no row meets the one of another question. */
async function askAfter(session: Session, visit: Visit): Promise<{ products: string[]; milliseconds: number }> {
  const database = databaseOn(session);
  await session.query('begin');
  try {
    await database.query(insertVisits([visit]));
    const startedAt = performance.now();
    const { items } = await recommend(database, {
      visitor: { id: visit.anonymousId, followLinks: false },
      limit: LIST_LENGTH,
      mode: 'continue',
      excludePurchased: false,
    });
    const milliseconds = performance.now() - startedAt;
    return { products: items.map(({ product_id }) => product_id), milliseconds };
  } finally {
    await session.query('rollback');
  }
}
