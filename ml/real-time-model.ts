import type { Database, Row } from '../repositories/database.ts';
import {
  type BlendWeights,
  listRecommended,
  type RecommendationQuery,
} from '../repositories/interactions.repository.ts';

/** Why a product is recommended. */
export type Reason = 'bought_together' | 'added_together' | 'viewed_together' | 'trending' | 'seen_before';

export type Recommendation = { product_id: string; score: number; reason: Reason };

/** The co-occurrence model, which needs no training; a trained one will carry its own version. */
export const MODEL_VERSION = 'co-occurrence-1';

/**
 * First weights, the same for every shop until they are learnt for each. The decay by position was the best in trials on
 * two public shop data sets, a half-life of a week the best for trending there; trending ranks below what goes with the
 * visitor's products, and mixed in by more it made the list worse. The weights of carts and purchases are a judgement:
 * rarer events say more.
 */
export const DEFAULT_WEIGHTS: BlendWeights = {
  positionDecay: 0.7,
  cartWeight: 3,
  purchaseWeight: 2,
  trendingShare: 0.02,
  halfLifeDays: 7,
};

/** Recommends from the newest rows, in one round trip: what an event changed shows as soon as the event is a row. */
export async function recommend(
  database: Database,
  query: RecommendationQuery,
  weights: BlendWeights = DEFAULT_WEIGHTS,
): Promise<Recommendation[]> {
  return (await database.query(listRecommended(query, weights))).map(toRecommendation);
}

function toRecommendation({ product_id, score, reason }: Row): Recommendation {
  return { product_id: String(product_id), score: Number(score), reason: reason as Reason };
}

/** No visitor: an id that no event can carry, since ids have at least one character. */
const NOBODY = { id: '', followLinks: false };

/** What goes with a product: the recommendations of a visitor who is on its page and of whom nothing else is known. */
export function similarProducts(
  database: Database,
  query: { productId: string; limit: number; category: string | undefined },
): Promise<Recommendation[]> {
  const weights = { ...DEFAULT_WEIGHTS, trendingShare: 0 };
  return recommend(database, { ...query, visitor: NOBODY, excludePurchased: false }, weights);
}

/** What many look at now. */
export function trendingProducts(
  database: Database,
  query: { limit: number; category: string | undefined },
): Promise<Recommendation[]> {
  const weights = { ...DEFAULT_WEIGHTS, trendingShare: 1 };
  return recommend(database, { ...query, visitor: NOBODY, productId: undefined, excludePurchased: false }, weights);
}
