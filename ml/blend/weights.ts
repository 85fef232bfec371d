/** Kinds of pairs of products whose strength counts, each as it is and as its root. */
export const pairKinds = ['cosine', 'recent', 'rules', 'als'] as const;
export type PairKind = (typeof pairKinds)[number];

/** What is computed at request time beside the pairs; `visits` are those of others, the rest the visitor's own products. */
export const liveFeatures = [
  'visits',
  'visits_root',
  'own',
  'own_fast',
  'own_slow',
  'last',
  'second',
  'count',
  'again',
  'repeat_share',
  'last_repeat',
] as const;
export type LiveFeature = (typeof liveFeatures)[number];

/** Columns of the features: the live ones, then for each kind of pair its value and its root. */
export const PAIRS_COLUMN = liveFeatures.length;
const COLUMNS_OF_KIND = 2;
/** The pairs of the product touched last, then, in the same order, those of the products before it. */
export const PAIR_COLUMNS = COLUMNS_OF_KIND * pairKinds.length;
export const FEATURE_COUNT = PAIRS_COLUMN + 2 * PAIR_COLUMNS;

export function liveColumn(feature: LiveFeature): number {
  return liveFeatures.indexOf(feature);
}

/** Where the pairs of a kind (its place in `pairKinds`) stand; the root's column comes next. */
export function pairColumn(kind: number, isLast: boolean): number {
  return PAIRS_COLUMN + (isLast ? 0 : PAIR_COLUMNS) + COLUMNS_OF_KIND * kind;
}

/** What the statement of the recommender reads from `model_runs.weights`. */
export type BlendWeights = { readonly [Name in LiveFeature | 'position_decay' | 'half_life_days']: number };
