-- Raw events: one row for each distinct event, never changed afterwards. Partitioned by occurred_at, which is part of an
-- event's identity, so that the primary key can hold it.

create schema analytics;
create schema derived;

create table raw_product_views (
  source       text        not null,
  event_id     uuid        not null,
  occurred_at  timestamptz not null,
  event_at     timestamptz not null,
  received_at  timestamptz not null,
  user_id      text,
  anonymous_id text,
  session_id   text,
  trusted      boolean     not null,
  is_bot       boolean     not null,
  digest       uuid        not null,
  context      jsonb,
  product_id   text        not null,
  name         text,
  category     text,
  brand        text,
  unit_price   numeric,
  currency     text,
  primary key (source, event_id, occurred_at),
  check (user_id is not null or anonymous_id is not null)
) partition by range (occurred_at);

create table raw_cart_events (
  source       text        not null,
  event_id     uuid        not null,
  occurred_at  timestamptz not null,
  event_at     timestamptz not null,
  received_at  timestamptz not null,
  user_id      text,
  anonymous_id text,
  session_id   text,
  trusted      boolean     not null,
  is_bot       boolean     not null,
  digest       uuid        not null,
  context      jsonb,
  type         text        not null,
  product_id   text,
  quantity     integer,
  unit_price   numeric,
  currency     text,
  cart_id      text,
  primary key (source, event_id, occurred_at),
  check (user_id is not null or anonymous_id is not null),
  check (type in ('add_to_cart', 'remove_from_cart', 'clear_cart', 'begin_checkout', 'identify'))
) partition by range (occurred_at);

create table raw_purchases (
  source       text        not null,
  event_id     uuid        not null,
  occurred_at  timestamptz not null,
  event_at     timestamptz not null,
  received_at  timestamptz not null,
  user_id      text,
  anonymous_id text,
  session_id   text,
  trusted      boolean     not null,
  is_bot       boolean     not null,
  digest       uuid        not null,
  context      jsonb,
  type         text        not null,
  order_id     text        not null,
  currency     text        not null,
  items        jsonb,
  discount     numeric,
  tax          numeric,
  shipping     numeric,
  amount       numeric,
  topic_partition integer  not null,
  topic_offset    bigint   not null,
  primary key (source, event_id, occurred_at),
  check (user_id is not null or anonymous_id is not null),
  check (type in ('purchase', 'refund'))
) partition by range (occurred_at);

comment on column raw_product_views.event_at is 'occurred_at corrected by the sender''s clock skew; buckets, order and sessions use it';
comment on column raw_product_views.trusted is 'came under a secret key';
comment on column raw_product_views.is_bot is 'known crawler or internal address: in no aggregate';
comment on column raw_product_views.digest is 'md5 of what the client sent: the same key with another digest is a conflict';
comment on column raw_purchases.topic_offset is 'where a refund in the wrong currency is to be found, whenever its purchase comes';

-- A person's newest events, by either kind of id; rows with both belong to the user.
create index on raw_product_views (user_id, event_at desc) where user_id is not null;
create index on raw_product_views (anonymous_id, event_at desc) where anonymous_id is not null;
create index on raw_product_views (product_id, event_at desc);
create index on raw_cart_events (user_id, event_at desc) where user_id is not null;
create index on raw_cart_events (anonymous_id, event_at desc) where anonymous_id is not null;
create index on raw_cart_events (product_id, event_at desc) where product_id is not null;
create index on raw_purchases (user_id, event_at desc) where user_id is not null;
create index on raw_purchases (anonymous_id, event_at desc) where anonymous_id is not null;
create index on raw_purchases (order_id);

-- The safety net: rows for which no month was made. Emptied before a month's partition is attached.
create table raw_product_views_default partition of raw_product_views default;
create table raw_cart_events_default partition of raw_cart_events default;
create table raw_purchases_default partition of raw_purchases default;
