import { listCategories } from '../../repositories/history.repository.ts';
import { databaseOn, type Session } from '../../repositories/neon-database.ts';
import type { History } from '../history/history.ts';

export type TrendingProduct = { readonly productId: string; readonly category: string | null };

const OVERALL = 300;
const PER_CATEGORY = 30;
const MAX_PRODUCTS = 5000;
const PRODUCTS_PER_PAGE = 20_000;

/** The products with the most votes, then of each category those that are not among them, all by their votes. */
export async function trendingCandidates(
  session: Session,
  history: History,
  votes: Float64Array,
): Promise<TrendingProduct[]> {
  const categories = await readCategories(session);
  const voted = mostVotedOfAll(votes);
  const places = new Map<string, number>();
  const chosen = Array.from(voted, (product) => {
    const productId = history.productIds[product] as string;
    const category = categories.get(productId) ?? null;
    const place = category === null ? PER_CATEGORY : (places.get(category) ?? 0);
    if (category !== null) places.set(category, place + 1);
    return { productId, category, place };
  });
  const overall = chosen.slice(0, OVERALL);
  const ofCategories = chosen.slice(OVERALL).filter(({ place }) => place < PER_CATEGORY);
  const trending = [...overall, ...ofCategories].slice(0, MAX_PRODUCTS);
  return trending.map(({ productId, category }) => ({ productId, category }));
}

function mostVotedOfAll(votes: Float64Array): Uint32Array {
  const voted = Uint32Array.from(votes.keys()).filter((product) => (votes[product] as number) > 0);
  return voted.sort((a, b) => (votes[b] as number) - (votes[a] as number) || a - b);
}

async function readCategories(session: Session): Promise<Map<string, string>> {
  const categories = new Map<string, string>();
  for (let after = '', isLast = false; !isLast; ) {
    const rows = await databaseOn(session).query(listCategories(after, PRODUCTS_PER_PAGE));
    for (const { product_id, category } of rows) categories.set(String(product_id), String(category));
    isLast = rows.length < PRODUCTS_PER_PAGE;
    after = String(rows.at(-1)?.product_id ?? '');
  }
  return categories;
}
