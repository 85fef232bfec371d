import type { Row, Statement } from './database.ts';

/** What a person is to be predicted: what they bought, or what they touched for the first time. */
export const outcomes = ['purchases', 'novel'] as const;
export type Outcome = (typeof outcomes)[number];

/** Somebody with events before and after a date. `seen` are the products touched until then, `relevant` those to predict. */
export type EvaluatedPerson = { userId: string; isAnonymous: boolean; seen: string[]; relevant: string[] };

/** Rows of one raw table with the person `p`, whoever's id they came under. */
const rowsOfPerson = (table: string, columns: string, filter: string) => `
    select ${columns} from ${table} r where not p.is_anonymous and r.user_id = p.user_id and ${filter}
    union all
    select ${columns} from ids join ${table} r on r.anonymous_id = ids.anonymous_id and r.user_id is null where ${filter}`;

const TOUCHED = `ids as (
    select p.user_id as anonymous_id where p.is_anonymous
    union all
    select i.anonymous_id from identities i where i.user_id = p.user_id and not p.is_anonymous
  ),
  touched as (
    ${rowsOfPerson('raw_product_views', 'r.product_id, r.event_at, false as is_bought', 'not r.is_bot')}
    union all
    ${rowsOfPerson('raw_cart_events', 'r.product_id, r.event_at, false', "not r.is_bot and r.type = 'add_to_cart'")}
    union all
    select h.product_id, o.event_at, true from user_purchase_history h join orders o using (order_id)
    where h.user_id = p.user_id and h.is_anonymous = p.is_anonymous
  ),
  by_product as (
    select product_id, min(event_at) <= $1 as is_seen, bool_or(is_bought and event_at > $1) as is_bought_after
    from touched group by product_id
  )`;

const person = (table: string, filter: string) =>
  `select coalesce(e.user_id, i.user_id, e.anonymous_id) as user_id, e.user_id is null and i.user_id is null as is_anonymous
    from ${table} e left join identities i on i.anonymous_id = e.anonymous_id and e.user_id is null
    where e.event_at > $1 and (e.user_id is not null or e.anonymous_id is not null) and ${filter}`;

/** Everybody whom the outcome may concern, each once. */
const candidates: Readonly<Record<Outcome, string>> = {
  purchases: `select h.user_id, h.is_anonymous from user_purchase_history h join orders o using (order_id) where o.event_at > $1
    group by 1, 2`,
  novel: `${person('raw_product_views', 'not e.is_bot')} union ${person('raw_cart_events', "not e.is_bot and e.type = 'add_to_cart'")}
    union select h.user_id, h.is_anonymous from user_purchase_history h join orders o using (order_id) where o.event_at > $1`,
};
const isRelevant: Readonly<Record<Outcome, string>> = { purchases: 'is_bought_after', novel: 'not is_seen' };

/**
 * A sample of the people who had events until `since` and the outcome after it; the same for a seed. People are known under
 * all their ids, linked ones too. Columns: those of `EvaluatedPerson`, see `toEvaluatedPerson`.
 */
export function sampleEvaluatedPeople(
  outcome: Outcome,
  { since, seed, limit }: { since: Date; seed: number; limit: number },
): Statement {
  return {
    text: `select p.user_id, p.is_anonymous, found.seen, found.relevant
      from (
        select * from (${candidates[outcome]}) c order by md5($2::text || ' ' || c.is_anonymous || ' ' || c.user_id), c.user_id
      ) p
      cross join lateral (
        with ${TOUCHED}
        select array_agg(product_id) filter (where is_seen) as seen,
          array_agg(product_id order by product_id) filter (where ${isRelevant[outcome]}) as relevant
        from by_product
      ) found
      where found.seen is not null and found.relevant is not null
      limit $3`,
    params: [since.toISOString(), String(seed), limit],
  };
}

export function toEvaluatedPerson({ user_id, is_anonymous, seen, relevant }: Row): EvaluatedPerson {
  return {
    userId: String(user_id),
    isAnonymous: is_anonymous === true,
    seen: seen as string[],
    relevant: relevant as string[],
  };
}

/**
 * The products with the most views, adds and units sold in the hours that ended by `at`, most first: `product_id`. Without
 * those that are hidden or sold out today, which nobody is recommended.
 */
export function listPopular(at: Date, limit: number): Statement {
  return {
    text: `select product_id from product_popularity left join products p using (product_id)
      where hour + interval '1 hour' <= $1 and p.available is not false and p.hidden is not true
      group by product_id order by sum(views + cart_adds + units_sold) desc, product_id limit $2`,
    params: [at.toISOString(), limit],
  };
}

/** A view after the date, and whether the person bought the product within seven days of it. */
export type LaterView = { userId: string; isAnonymous: boolean; productId: string; at: Date; isBoughtSoon: boolean };

/**
 * The first `limit` views of each of these people after `since`, everybody's in order of time. Columns: those of `LaterView`,
 * see `toLaterView`.
 */
export function listLaterViews(
  people: readonly Pick<EvaluatedPerson, 'userId' | 'isAnonymous'>[],
  { since, limit }: { since: Date; limit: number },
): Statement {
  return {
    text: `select p.user_id, p.is_anonymous, v.product_id, v.event_at, exists (
        select from user_purchase_history h join orders o using (order_id)
        where h.user_id = p.user_id and h.is_anonymous = p.is_anonymous and h.product_id = v.product_id
          and o.event_at between v.event_at and v.event_at + interval '7 days'
      ) as is_bought_soon
      from unnest($2::text[], $3::boolean[]) p (user_id, is_anonymous)
      cross join lateral (
        with ids as (
          select p.user_id as anonymous_id where p.is_anonymous
          union all
          select i.anonymous_id from identities i where i.user_id = p.user_id and not p.is_anonymous
        )
        select * from (${rowsOfPerson('raw_product_views', 'r.product_id, r.event_at, r.event_id', 'not r.is_bot and r.event_at > $1')}) r
        order by event_at, event_id limit $4
      ) v
      order by v.event_at, v.event_id`,
    params: [since.toISOString(), people.map((p) => p.userId), people.map((p) => p.isAnonymous), limit],
  };
}

export function toLaterView({ user_id, is_anonymous, product_id, event_at, is_bought_soon }: Row): LaterView {
  return {
    userId: String(user_id),
    isAnonymous: is_anonymous === true,
    productId: String(product_id),
    at: event_at as Date,
    isBoughtSoon: is_bought_soon === true,
  };
}
