/**
 * The statements that make a stretch of a shop's history, set by set. A visit is one to eight views within a group of fifty
 * products, 40 s apart; groups and products are touched very unequally, as in real shops. A quarter of the visits are
 * known customers', two in a hundred make a visitor known, a tenth come back under the same anonymous id. Three in a hundred
 * end in an order, half of which the shop's server reports without a session.
 */
const GROUP_SIZE = 50;
const CATEGORIES = 100;
/** Views, adds, removals, checkouts, links, orders and refunds of a visit: the mean of what the statements draw. */
export const MEAN_EVENTS_OF_VISIT = 5.1;

/** $1 first visit, $2 visits, $3 and $4 between when they begin (half open), $5 groups of products. */
const VISITS = `create temporary table visit as
  select n, started_at, 1 + floor(random() * 8)::integer as views, floor($5::integer * random() ^ 2)::integer as grp,
    case when kind = 'customer' then 'customer-' || floor((n / 20 + 1000) * random() ^ 2)::bigint when kind = 'new' then 'customer-new-' || n end as user_id,
    case when kind = 'new' then 'shopper-' || n when kind = 'guest' then 'shopper-' || n
         when kind = 'back' then 'shopper-' || greatest(0, n - n % 50 - 50 * floor(random() * 20)::bigint) + 8 end as anonymous_id,
    'visit-' || n as session_id, kind = 'new' as links, bought < .03 as buys, bought < .015 as is_reported, bought > .98 as leaves
  from (
    select n, started_at, bought,
      case when n % 50 = 7 and started_at < $4::timestamptz - interval '10 minutes' then 'new' when who < .25 then 'customer' when who < .35 then 'back' else 'guest' end as kind
    from (
      select n, random() as who, random() as bought, $3::timestamptz + (n - $1) / $2::float8 * ($4::timestamptz - $3::timestamptz) as started_at
      from generate_series($1::bigint, $1::bigint + $2::bigint - 1) n offset 0
    ) drawn
  ) kinds`;

const TOUCHES = `create temporary table touch as
  select v.n, v.user_id, v.anonymous_id, v.session_id, case when v.links then null else v.user_id end as shown_user, nth, at, event_id,
    'product-' || v.grp * ${GROUP_SIZE} + floor(${GROUP_SIZE} * random() ^ 2)::integer as product_id, random() < .1 or v.buys and nth = v.views and v.n % 10 > 0 as adds, random() < .1 as removes
  from visit v
  cross join lateral (
    select nth, v.started_at + nth * interval '40 seconds' as at, gen_random_uuid() as event_id from generate_series(1, v.views) nth
  ) e
  where at < $1::timestamptz`;

const EVENT =
  'source, event_id, occurred_at, event_at, received_at, user_id, anonymous_id, session_id, trusted, is_bot, digest';

const VIEWS = `insert into raw_product_views (${EVENT}, product_id)
  select 'shop', event_id, at, at, at, shown_user, anonymous_id, session_id, true, false, event_id, product_id from touch`;

const CART_EVENTS = `create temporary table cart_event as
  select n, gen_random_uuid() as event_id, at + interval '5 seconds' as at, shown_user, anonymous_id, session_id, 'add_to_cart' as type, product_id, 1 as quantity
  from touch where adds and at < $1::timestamptz - interval '5 seconds'
  union all
  select n, gen_random_uuid(), at + interval '20 seconds', shown_user, anonymous_id, session_id, 'remove_from_cart', product_id, 1
  from touch where adds and removes and at < $1::timestamptz - interval '20 seconds'
  union all
  select n, gen_random_uuid(), started_at + (views * 40 + 30) * interval '1 second', case when not links then user_id end, anonymous_id, session_id, 'begin_checkout', null, null
  from visit where (buys or leaves) and started_at < $1::timestamptz - interval '6 minutes'
  union all
  select n, gen_random_uuid(), started_at + (views * 40 + 25) * interval '1 second', user_id, anonymous_id, session_id, 'identify', null, null
  from visit where links`;

const CARTS = `insert into raw_cart_events (${EVENT}, type, product_id, quantity, unit_price, currency)
  select 'shop', event_id, at, at, at, shown_user, anonymous_id, session_id, true, false, event_id, type, product_id, quantity,
    case when type = 'add_to_cart' then 5 + n % 50 end, case when type = 'add_to_cart' then 'EUR' end
  from cart_event`;

const LINKS = `insert into identities (anonymous_id, user_id, linked_at, event_id, source)
  select anonymous_id, shown_user, at, event_id, 'shop' from cart_event where type = 'identify'`;

const ORDERS = `create temporary table purchase as
  select v.n, gen_random_uuid() as event_id, v.started_at + (v.views * 40 + 60) * interval '1 second' as at, v.user_id, v.anonymous_id,
    case when not v.is_reported then v.session_id end as session_id, t.product_id, 1 + v.n % 2 as quantity, 5 + v.n % 50 as unit_price,
    case when v.n % 5 = 0 then 'USD' else 'EUR' end as currency
  from visit v join touch t on t.n = v.n and t.nth = v.views
  where v.buys and v.started_at < $1::timestamptz - interval '7 minutes'`;

const PURCHASES = `insert into raw_purchases (${EVENT}, type, order_id, currency, items, topic_partition, topic_offset)
  select 'shop', event_id, at, at, at, user_id, anonymous_id, session_id, true, false, event_id, 'purchase', 'order-' || n, currency,
    jsonb_build_array(jsonb_build_object('product_id', product_id, 'quantity', quantity, 'unit_price', unit_price::text)), 0, n
  from purchase`;

/** Of every twentieth order, two of its currency's units come back after ten minutes. */
const REFUNDS = `insert into raw_purchases (${EVENT}, type, order_id, currency, amount, topic_partition, topic_offset)
  select 'shop', gen_random_uuid(), at + interval '10 minutes', at + interval '10 minutes', at + interval '10 minutes', user_id, anonymous_id, null,
    true, false, event_id, 'refund', 'order-' || n, currency, 2, 1, n
  from purchase where n % 20 = 0 and at < $1::timestamptz - interval '10 minutes'`;

const POPULARITY = `insert into product_popularity as p (product_id, hour, views, cart_adds, units_sold)
  select product_id, date_trunc('hour', at, 'UTC'), sum(views), sum(adds), sum(units)
  from (
    select product_id, at, 1 as views, 0 as adds, 0 as units from touch
    union all select product_id, at, 0, 1, 0 from cart_event where type = 'add_to_cart'
    union all select product_id, at, 0, 0, quantity from purchase
  ) counted
  group by 1, 2`;

const SESSIONS = `insert into user_sessions (source, user_id, is_anonymous, session_id, first_seen_at, last_seen_at, views, cart_adds, checkouts, purchases)
  select 'shop', coalesce(v.user_id, v.anonymous_id), v.user_id is null, v.session_id, min(at), max(at), sum(e.views), sum(adds), sum(checkouts), sum(purchases)
  from (
    select n, at, 1 as views, 0 as adds, 0 as checkouts, 0 as purchases from touch
    union all select n, at, 0, (type = 'add_to_cart')::integer, (type = 'begin_checkout')::integer, 0 from cart_event
    union all select n, at, 0, 0, 0, 1 from purchase where session_id is not null
  ) e
  join visit v using (n)
  group by 1, 2, 3, 4`;

/** A stretch of time, and the visits that begin in it. */
export type Stretch = { firstVisit: number; visits: number; from: Date; to: Date; products: number };

/** What makes a stretch, in order; `counts` of products may be there already only where the stretch does not begin with an hour. */
export function stretchStatements({ firstVisit, visits, from, to, products }: Stretch, addsToHours: boolean) {
  const drawn = [firstVisit, visits, from, to, Math.ceil(products / GROUP_SIZE)];
  const adding = `${POPULARITY} order by 1, 2 on conflict (product_id, hour) do update
    set views = p.views + excluded.views, cart_adds = p.cart_adds + excluded.cart_adds, units_sold = p.units_sold + excluded.units_sold`;
  const upto = (text: string) => ({ text, params: [to] });
  const whole = (text: string) => ({ text, params: [] });
  return [
    { text: VISITS, params: drawn },
    ...[TOUCHES].map(upto),
    ...[CART_EVENTS, ORDERS].map(upto),
    ...[VIEWS, CARTS, LINKS, PURCHASES].map(whole),
    upto(REFUNDS),
    ...[addsToHours ? adding : POPULARITY, SESSIONS, 'drop table visit, touch, cart_event, purchase'].map(whole),
  ];
}

/** $1 products. */
export const CATALOGUE = `insert into catalogue (product_id, name, name_at, category, category_at)
  select 'product-' || n, 'Product ' || n, now(), 'category-' || n / ${GROUP_SIZE} % ${CATEGORIES}, now() from generate_series(0, $1::integer - 1) n
  on conflict do nothing`;

export const PRODUCTS = `insert into products (product_id, name, name_stamp, category, category_stamp)
  select product_id, name, '2', category, '2' from catalogue on conflict do nothing`;
