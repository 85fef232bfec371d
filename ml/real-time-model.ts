import type { Database, Row } from '../repositories/database.ts';
import {
  listRecommended,
  listRecommendedAndTrending,
  type RecommendationQuery,
  type Trending,
} from '../repositories/recommendations.repository.ts';
import type { TrendingMemory } from './trending-memory.ts';

/** Why a product is recommended. */
export type Reason = 'bought_together' | 'added_together' | 'viewed_together' | 'similar' | 'trending' | 'seen_before';

/** `score`: the share of such visitors who would touch this product next, as the model sees it, among all candidates. */
export type Recommendation = { product_id: string; score: number; reason: Reason };

/** The answer of one model, best first. */
export type RecommendationList = { modelVersion: string; items: Recommendation[] };

/**
 * Recommends from the newest rows, in one round trip: what an event changed shows as soon as the event is a row. With a memory,
 * what is trending may be as old as the memory lets it be.
 */
export async function recommend(
  database: Pick<Database, 'query'>,
  query: RecommendationQuery,
  memory?: TrendingMemory,
): Promise<RecommendationList> {
  const used = takesKeptTrending(query) ? memory : undefined;
  const kept = used?.recall();
  const keeps = used !== undefined && kept === undefined;
  const rows = await database.query(keeps ? listRecommendedAndTrending(query) : listRecommended(query, kept));
  if (keeps) used.keep(rows[0]?.trending as Trending);
  return {
    modelVersion: String(rows[0]?.model_version),
    items: rows.filter(({ product_id }) => product_id !== null).map(toRecommendation),
  };
}

/** What is kept is of all categories and of now. */
const takesKeptTrending = ({ fills = true, category, sameCategory = false, at }: RecommendationQuery) =>
  fills && category === undefined && !sameCategory && at === undefined;

function toRecommendation({ product_id, score, reason }: Row): Recommendation {
  return { product_id: String(product_id), score: Number(score), reason: reason as Reason };
}

/** No visitor: an id that no event can carry, since ids have at least one character. */
const NOBODY = { id: '', followLinks: false };

/** What goes with a product: the recommendations of a visitor who is on its page and of whom nothing else is known. */
export function similarProducts(
  database: Pick<Database, 'query'>,
  query: Omit<RecommendationQuery, 'visitor'> & { productId: string },
): Promise<RecommendationList> {
  return recommend(database, { ...query, visitor: NOBODY, fills: false });
}

/** What many look at now. */
export function trendingProducts(
  database: Pick<Database, 'query'>,
  query: Omit<RecommendationQuery, 'visitor' | 'productId'>,
  memory?: TrendingMemory,
): Promise<RecommendationList> {
  return recommend(database, { ...query, visitor: NOBODY }, memory);
}
