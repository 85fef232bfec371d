import {
  type EvaluatedPerson,
  type LaterView,
  listLaterViews,
  toLaterView,
} from '../../repositories/evaluation-people.repository.ts';
import {
  deleteExperiment,
  type ExposureRow,
  insertExposures,
  listVariantResults,
  type VariantResult,
} from '../../repositories/experiments.repository.ts';
import { databaseOn, type Session } from '../../repositories/neon-database.ts';
import type { RecommendationQuery, Visitor } from '../../repositories/recommendations.repository.ts';
import { recommend } from '../real-time-model.ts';
import { LIST_LENGTH } from '../training/ranking-metrics.ts';
import { UNTRAINED } from './asked-model.ts';
import { assignVariant, type Share } from './assign-variant.ts';
import { shareOut } from './share-out.ts';

export type ExperimentRun = {
  experiment: string;
  /** Of variants in `variantNames`. */
  shares: readonly Share[];
  since: Date;
  modelVersion: string;
  onView: (done: number, of: number) => void;
  signal: AbortSignal;
};

const VIEWS_PER_PERSON = 200;
const ROWS_PER_STATEMENT = 1_000;
/** No visitor: an id that no event can carry. */
const NOBODY: Visitor = { id: '', followLinks: false };

/**
 * Replays what people viewed after `since`: before each view the list that their variant would have shown them, as of a
 * millisecond before, is an exposure, and a click when the product viewed is in it. At most 200 views a person, so that
 * few people do not decide. The rows replace those of an earlier run of the same name, all or nothing.
 *
 * This says which model foresees what people did without it; what people would have done with it only a live experiment can.
 *
 * @returns what each variant came to.
 */
export async function replayExperiment(
  sessions: readonly [Session, ...Session[]],
  people: readonly EvaluatedPerson[],
  run: ExperimentRun,
): Promise<VariantResult[]> {
  const listing = listLaterViews(people, { since: run.since, limit: VIEWS_PER_PERSON });
  const views = (await databaseOn(sessions[0]).query(listing)).map(toLaterView);
  const rows: ExposureRow[] = [];
  let done = 0;
  await shareOut(
    views,
    sessions,
    async (session, view, index) => {
      rows[index] = await expose(session, view, run);
      run.onView(++done, views.length);
    },
    run.signal,
  );
  await store(sessions[0], run.experiment, rows);
  return (await databaseOn(sessions[0]).query(listVariantResults(run.experiment))) as VariantResult[];
}

async function expose(session: Session, view: LaterView, run: ExperimentRun): Promise<ExposureRow> {
  const variant = assignVariant(run.experiment, view.userId, run.shares);
  const { modelVersion, items } = await recommend(databaseOn(session), queryOf(variant, view, run));
  const products = items.map(({ product_id }) => product_id);
  const position = products.indexOf(view.productId) + 1;
  const isClick = position > 0;
  return {
    experiment: run.experiment,
    variant,
    user_id: view.userId,
    is_anonymous: view.isAnonymous,
    exposed_at: view.at.toISOString(),
    model_version: modelVersion,
    products: JSON.stringify(products),
    clicked_product_id: isClick ? view.productId : null,
    position: isClick ? position : null,
    converted: isClick && view.isBoughtSoon,
  };
}

function queryOf(variant: string, view: LaterView, run: ExperimentRun): RecommendationQuery {
  return {
    visitor: variant === 'trending' ? NOBODY : { id: view.userId, followLinks: !view.isAnonymous },
    limit: LIST_LENGTH,
    mode: 'discover',
    at: new Date(view.at.getTime() - 1),
    modelVersion: variant === UNTRAINED ? UNTRAINED : run.modelVersion,
  };
}

async function store(session: Session, experiment: string, rows: readonly ExposureRow[]): Promise<void> {
  const database = databaseOn(session);
  await session.query('begin');
  try {
    await database.query(deleteExperiment(experiment));
    for (let from = 0; from < rows.length; from += ROWS_PER_STATEMENT)
      await database.query(insertExposures(rows.slice(from, from + ROWS_PER_STATEMENT)));
    await session.query('commit');
  } catch (error) {
    await session.query('rollback');
    throw error;
  }
}
