import type { TestDatabase } from '../brackets/database.ts';

const TABLES = `raw_product_views, raw_cart_events, raw_purchases, product_popularity, live_revenue, user_sessions, funnel_orders, funnel_people, funnel_counts, cart_counts,
  user_cart_summary, orders, user_purchase_history, identities, persons, products, catalogue, dead_letters,
  erased_people, people_being_erased, erasures, user_embeddings, experiment_exposures,
  archive.links, archive.popularity, archive.sessions, archive.cart_moves, archive.products`;

/** Begins anew in a database whose partitions stay. */
export async function emptyTables(database: TestDatabase): Promise<void> {
  await database.rows(`truncate ${TABLES}`);
}
