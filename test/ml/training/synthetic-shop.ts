import { randomBelow } from '../../../ml/blend/random-below.ts';
import type { TestDatabase } from '../../brackets/database.ts';

export const SHELVES = 12;
export const PRODUCTS_PER_SHELF = 10;
const VISITS = 900;
const VIEWS_PER_VISIT = 6;
const MAX_STEP = 3;
const DAYS = 20;
const DAY_MS = 86_400_000;

/** Ids with everything that an array literal could stumble over. */
export const productOf = (shelf: number, place: number) => `shelf "${shelf}", {place} \\${place}`;

/**
 * Stores the views of a shop in which a visit goes along one shelf, up to three places at a time, so that the shelf and the
 * place say what comes next, and popularity does not. @returns the time of the last view.
 */
export async function storeShop(database: TestDatabase, { seed = 1, endsAt = new Date() } = {}): Promise<Date> {
  const below = randomBelow(seed);
  const start = endsAt.getTime() - DAYS * DAY_MS;
  const rows = Array.from({ length: VISITS }, (_, visit) => {
    const shelf = below(SHELVES);
    const startsAt = start + (visit / VISITS) * (DAYS * DAY_MS - DAY_MS / 24);
    let place = below(PRODUCTS_PER_SHELF);
    return Array.from({ length: VIEWS_PER_VISIT }, (_, view) => {
      place = (place + 1 + below(MAX_STEP)) % PRODUCTS_PER_SHELF;
      return {
        anonymous_id: `visitor-${seed}-${visit}`,
        product_id: productOf(shelf, place),
        at: new Date(startsAt + view * 30_000).toISOString(),
      };
    });
  }).flat();
  await storeViews(database, rows);
  return new Date(start + DAYS * DAY_MS);
}

type View = { anonymous_id?: string; user_id?: string; product_id: string; at: string; is_bot?: boolean };

/** Stores raw rows past the consumers. */
export async function storeViews(database: TestDatabase, views: readonly View[]): Promise<void> {
  await database.rows(
    `insert into raw_product_views
      (source, event_id, occurred_at, event_at, received_at, user_id, anonymous_id, trusted, is_bot, digest, product_id)
    select 'shop', gen_random_uuid(), at, at, at, user_id, anonymous_id, true, is_bot, gen_random_uuid(), product_id
    from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::boolean[]) v (user_id, anonymous_id, product_id, at, is_bot)`,
    [
      views.map((view) => view.user_id ?? null),
      views.map((view) => view.anonymous_id ?? null),
      views.map((view) => view.product_id),
      views.map((view) => view.at),
      views.map((view) => view.is_bot ?? false),
    ],
  );
}
