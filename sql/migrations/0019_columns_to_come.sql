-- Functions that gave or took rows of a table broke when the table got another column: the body no longer fitted, and purchases
-- stopped. They have columns and a type of their own now.

create type derived.settled_order as (
  order_id        text,
  source          text,
  event_id        uuid,
  occurred_at     timestamptz,
  event_at        timestamptz,
  user_id         text,
  anonymous_id    text,
  session_id      text,
  trusted         boolean,
  currency        text,
  items           jsonb,
  revenue         numeric,
  discount        numeric,
  tax             numeric,
  shipping        numeric,
  units           bigint,
  refunded        numeric,
  refunds         jsonb,
  waiting_refunds integer
);
comment on type derived.settled_order is 'what raw rows decide of an order, stored or computed';

-- The purchase that counts for each order: a trusted one before an untrusted one, then the earliest.
drop function derived.order_winners(text[]);
create function derived.order_winners(order_ids text[])
returns table (order_id text, source text, event_id uuid, occurred_at timestamptz, event_at timestamptz, user_id text, anonymous_id text,
  session_id text, trusted boolean, currency text, items jsonb, discount numeric, tax numeric, shipping numeric)
language sql stable as $$
  select distinct on (p.order_id) p.order_id, p.source, p.event_id, p.occurred_at, p.event_at, p.user_id, p.anonymous_id, p.session_id,
    p.trusted, p.currency, p.items, p.discount, p.tax, p.shipping
  from raw_purchases p
  where p.order_id = any (order_ids) and p.type = 'purchase'
  order by p.order_id, p.trusted desc, p.event_at, p.source, p.event_id, p.occurred_at
$$;

-- In plpgsql, whose plan the session keeps (0004).
create function derived.settled_orders(order_ids text[]) returns setof derived.settled_order
language plpgsql stable set timezone = 'UTC' as $$
#variable_conflict use_column
begin
  return query
  select o.order_id, w.source, w.event_id, w.occurred_at, w.event_at, w.user_id, w.anonymous_id, w.session_id, w.trusted,
    w.currency, w.items, l.lines_total - coalesce(w.discount, 0), w.discount, w.tax, w.shipping, l.units,
    coalesce(m.refunded, 0), coalesce(m.refunds, '[]'), coalesce(r.waiting, 0)::integer
  from unnest(order_ids) o (order_id)
  left join derived.order_winners(order_ids) w using (order_id)
  left join lateral (
    select sum((i ->> 'quantity')::bigint)::bigint as units, sum((i ->> 'quantity')::bigint * (i ->> 'unit_price')::numeric) as lines_total
    from jsonb_array_elements(w.items) i
  ) l on true
  left join (
    select order_id, sum(amount) as refunded, jsonb_agg(jsonb_build_object('at', event_at, 'amount', amount::text) order by nth) as refunds
    from derived.refunded_money(order_ids)
    group by order_id
  ) m using (order_id)
  left join (
    select order_id, count(*) as waiting from raw_purchases
    where order_id = any (order_ids) and type = 'refund' and trusted
    group by order_id
  ) r on r.order_id = o.order_id and w.trusted is not true
  where w.order_id is not null or r.order_id is not null;
end $$;

-- The minutes of revenue that these orders stand for; order rows in, so that a row's old and new form can be compared.
create function derived.revenue_of(an_order derived.settled_order)
returns table (minute timestamptz, currency text, orders bigint, units bigint, gross numeric, refunded numeric)
language sql stable as $$
  select date_trunc('minute', an_order.event_at, 'UTC'), an_order.currency, 1::bigint, an_order.units, an_order.revenue, 0::numeric
  where an_order.trusted
  union all
  select date_trunc('minute', (r ->> 'at')::timestamptz, 'UTC'), an_order.currency, 0, 0, 0, (r ->> 'amount')::numeric
  from jsonb_array_elements(an_order.refunds) r
  where an_order.trusted
$$;

create or replace view derived.orders as
select o.order_id, o.source, o.event_id, o.occurred_at, o.event_at, o.user_id, o.anonymous_id, o.session_id, o.trusted, o.currency,
  o.items, o.revenue, o.discount, o.tax, o.shipping, o.units, o.refunded, o.refunds, o.waiting_refunds
from (select array(select distinct order_id from raw_purchases) as ids) a, derived.settled_orders(a.ids) o;

create or replace view derived.live_revenue as
select r.minute, r.currency, sum(r.orders)::bigint as orders, sum(r.units)::bigint as units, sum(r.gross) as gross, sum(r.refunded) as refunded
from (select array(select distinct order_id from raw_purchases) as ids) a, derived.settled_orders(a.ids) o, derived.revenue_of(o) r
group by 1, 2;

-- Consumers of earlier versions, which work on until a deploy replaces them, ask for rows of the table. Columns are matched by
-- name, and planned each time, so that a migration of the same deploy may add some.
create or replace function derived.orders(order_ids text[]) returns setof orders
language plpgsql stable set timezone = 'UTC' as $$
begin
  return query execute
    'select r.* from derived.settled_orders($1) o cross join lateral jsonb_populate_record(null::orders, to_jsonb(o)) r' using order_ids;
end $$;
comment on function derived.orders(text[]) is 'for consumers before migration 0019';
comment on function derived.revenue_of(orders) is 'for consumers before migration 0019';

grant execute on function derived.order_winners(text[]), derived.settled_orders(text[]), derived.revenue_of(derived.settled_order)
  to bazaar_writer;

-- What is kept of expired views: columns by name, since one to come might be called as what is computed here.
create or replace function archive.keep_views(child text) returns void language plpgsql as $$
begin
  execute format($sql$
    insert into archive.popularity as p (product_id, hour, views)
    select product_id, date_trunc('hour', event_at, 'UTC'), count(*) from %I where not is_bot group by 1, 2
    on conflict (product_id, hour) do update set views = p.views + excluded.views
  $sql$, child);
  execute format($sql$
    insert into archive.sessions (source, session_id, user_id, anonymous_id, first_event_at, last_event_at, views, cart_adds, checkouts)
    select source, session_id, user_id, anonymous_id, min(event_at), max(event_at), count(*), 0, 0
    from %I where session_id is not null and not is_bot
    group by 1, 2, 3, 4
  $sql$, child);
  execute format($sql$
    insert into archive.products as p
      (product_id, name, name_stamp, category, category_stamp, brand, brand_stamp, unit_price, currency, price_stamp)
    select product_id,
      (array_agg(name order by stamp collate "C" desc) filter (where name is not null))[1],
      max(stamp collate "C") filter (where name is not null),
      (array_agg(category order by stamp collate "C" desc) filter (where category is not null))[1],
      max(stamp collate "C") filter (where category is not null),
      (array_agg(brand order by stamp collate "C" desc) filter (where brand is not null))[1],
      max(stamp collate "C") filter (where brand is not null),
      (array_agg(unit_price order by stamp collate "C" desc) filter (where unit_price is not null))[1],
      (array_agg(currency order by stamp collate "C" desc) filter (where unit_price is not null))[1],
      max(stamp collate "C") filter (where unit_price is not null)
    from (
      select product_id, name, category, brand, unit_price, currency,
        trusted::integer::text || to_char(event_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS') || event_id::text || source as stamp
      from %I where not is_bot
    ) said
    group by product_id
    on conflict (product_id) do update
    set name = case when excluded.name_stamp > coalesce(p.name_stamp, '') then excluded.name else p.name end,
      category = case when excluded.category_stamp > coalesce(p.category_stamp, '') then excluded.category else p.category end,
      brand = case when excluded.brand_stamp > coalesce(p.brand_stamp, '') then excluded.brand else p.brand end,
      unit_price = case when excluded.price_stamp > coalesce(p.price_stamp, '') then excluded.unit_price else p.unit_price end,
      currency = case when excluded.price_stamp > coalesce(p.price_stamp, '') then excluded.currency else p.currency end,
      name_stamp = greatest(p.name_stamp, excluded.name_stamp), category_stamp = greatest(p.category_stamp, excluded.category_stamp),
      brand_stamp = greatest(p.brand_stamp, excluded.brand_stamp), price_stamp = greatest(p.price_stamp, excluded.price_stamp)
  $sql$, child);
end $$;
