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

/** One row at least, so that the model is named even when there is nothing to recommend. */
const RECOMMEND = `select coalesce($1::jsonb ->> 'model_version', (select model_version from current_model)) as model_version, r.*
  from (select 1) once left join lateral recommend($1::jsonb) r on true`;

/** What to recommend to a visitor, best first: `model_version`, `product_id`, `score`, `reason`. See `sql/functions/recommend.sql`. */
export function listRecommended(query: RecommendationQuery): Statement {
  const request = {
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
  return { text: RECOMMEND, params: [JSON.stringify(request)] };
}
