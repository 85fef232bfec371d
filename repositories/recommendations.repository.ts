import type { Statement } from './database.ts';

/** Whose recommendations: a person with every id that is linked, or the rows of one anonymous id and nothing else. */
export type Visitor = { id: string; followLinks: boolean };

/** `discover`: the visitor's own products come last. `continue`: they stand where they rank. */
export const recommendationModes = ['discover', 'continue'] as const;
export type RecommendationMode = (typeof recommendationModes)[number];

/** What may be shown; a rule that is absent forbids nothing. */
export type RecommendationRules = {
  /** Leaves out what the visitor bought, but for products of `rebuyCategories`; true when absent. */
  excludePurchased?: boolean;
  rebuyCategories?: readonly string[];
  category?: string | undefined;
  /** Only the category of the page's product. */
  sameCategory?: boolean;
  /** Decimal strings, in `currency`, both ends included; prices in other currencies are out. */
  minPrice?: string | undefined;
  maxPrice?: string | undefined;
  currency?: string | undefined;
  denied?: readonly string[];
  maxPerCategory?: number | undefined;
};

/** What is trending, best first, as `sql/functions/kept_trending.sql` says it. */
export type Trending = readonly { product_id: string; votes: number }[];

export type RecommendationQuery = RecommendationRules & {
  visitor: Visitor;
  limit: number;
  mode?: RecommendationMode;
  /** The product whose page the visitor is on. */
  productId?: string | undefined;
  /** Whether trending products take the places that stay empty; true when absent. */
  fills?: boolean;
  /** Only rows and links until then count; everything when absent. */
  at?: Date;
  /** The current model when absent. */
  modelVersion?: string;
};

const VERSION = `coalesce($1::jsonb ->> 'model_version', (select model_version from current_model)) as model_version`;

/** One row at least, so that the model is named even when there is nothing to recommend. */
const RECOMMEND = `select ${VERSION}, r.* from (select 1) once left join lateral recommend($1::jsonb) r on true`;

/** Beside a list of 20: ten products of the visitor's own, and thirty that are bought or denied. */
const KEPT_TRENDING = 60;

/** The same in one round trip with what it rests on, which is the same in each row. */
const RECOMMEND_AND_TRENDING = `select ${VERSION}, kept.trending, r.*
  from (select kept_trending(${KEPT_TRENDING}) as trending offset 0) kept
  left join lateral recommend($1::jsonb || jsonb_build_object('trending', kept.trending)) r on true`;

/**
 * What to recommend to a visitor, best first: `model_version`, `product_id`, `score`, `reason`. See `sql/functions/recommend.sql`.
 *
 * @param trending what an earlier answer said; taken where it is enough for this query.
 */
export function listRecommended(query: RecommendationQuery, trending?: Trending): Statement {
  return { text: RECOMMEND, params: [JSON.stringify({ ...requestOf(query), trending })] };
}

/** The same, and in the column `trending` of each row what is trending, to be given to later queries. */
export function listRecommendedAndTrending(query: RecommendationQuery): Statement {
  return { text: RECOMMEND_AND_TRENDING, params: [JSON.stringify(requestOf(query))] };
}

function requestOf(query: RecommendationQuery) {
  return {
    visitor: query.visitor.id,
    follow_links: query.visitor.followLinks,
    page_product: query.productId,
    wanted: query.limit,
    mode: query.mode,
    excludes_purchased: query.excludePurchased,
    rebuy_categories: query.rebuyCategories,
    only_category: query.category,
    same_category: query.sameCategory,
    min_price: query.minPrice,
    max_price: query.maxPrice,
    currency: query.currency,
    denied: query.denied,
    max_per_category: query.maxPerCategory,
    fills: query.fills,
    at: query.at?.toISOString(),
    model_version: query.modelVersion,
  };
}
