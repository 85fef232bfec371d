-- Aggregates and state, brought up to date in the transaction that stores the raw rows. `user_id` is the person: the
-- user, or the anonymous id as long as no user is known for it; `is_anonymous` says which, so that an anonymous id
-- cannot pose as a user. Fill factors leave room on the page for updates in place.

create table product_popularity (
  product_id text        not null,
  hour       timestamptz not null,
  views      bigint      not null default 0,
  cart_adds  bigint      not null default 0,
  units_sold bigint      not null default 0,
  primary key (product_id, hour)
) with (fillfactor = 70);
create index on product_popularity (hour);

create table live_revenue (
  minute   timestamptz not null,
  currency text        not null,
  orders   bigint      not null default 0,
  units    bigint      not null default 0,
  gross    numeric     not null default 0,
  refunded numeric     not null default 0,
  net      numeric     not null generated always as (gross - refunded) stored,
  primary key (minute, currency)
) with (fillfactor = 70);

create table user_sessions (
  source        text        not null,
  user_id       text        not null,
  is_anonymous  boolean     not null,
  session_id    text        not null,
  first_seen_at timestamptz not null,
  last_seen_at  timestamptz not null,
  views         bigint      not null default 0,
  cart_adds     bigint      not null default 0,
  checkouts     bigint      not null default 0,
  purchases     bigint      not null default 0,
  primary key (user_id, is_anonymous, source, session_id)
) with (fillfactor = 70);
create index on user_sessions (last_seen_at);

create table user_cart_summary (
  user_id      text        not null,
  is_anonymous boolean     not null,
  product_id   text        not null,
  quantity     bigint      not null check (quantity > 0),
  unit_price   numeric,
  currency     text,
  updated_at   timestamptz not null,
  primary key (user_id, is_anonymous, product_id)
) with (fillfactor = 70);
create index on user_cart_summary (updated_at);

-- The least (event_at, source, event_id) among the trusted purchases is the order. A row without event_id is a refund
-- that waits for its purchase, or a lock that a batch took.
create table orders (
  order_id     text primary key,
  source       text,
  event_id     uuid,
  occurred_at  timestamptz,
  event_at     timestamptz,
  user_id      text,
  anonymous_id text,
  session_id   text,
  trusted      boolean,
  currency     text,
  items        jsonb,
  revenue      numeric,
  discount     numeric,
  tax          numeric,
  shipping     numeric,
  units        bigint,
  refunded     numeric not null default 0,
  refunds      jsonb   not null default '[]',
  waiting_refunds integer not null default 0
);
create index on orders (user_id, event_at) where user_id is not null;
create index on orders (anonymous_id, event_at) where anonymous_id is not null;
comment on column orders.refunds is 'what each refund took, oldest first: [{"at", "amount"}]';
comment on column orders.waiting_refunds is 'refunds that came before any trusted purchase';

create table user_purchase_history (
  user_id           text        not null,
  is_anonymous      boolean     not null,
  order_id          text        not null,
  line              integer     not null,
  product_id        text        not null,
  quantity          bigint      not null,
  refunded_quantity bigint      not null default 0,
  unit_price        numeric     not null,
  currency          text        not null,
  occurred_at       timestamptz not null,
  primary key (order_id, line)
);
create index on user_purchase_history (user_id, is_anonymous, occurred_at desc);

-- The earliest link of an anonymous id wins, whenever it arrives.
create table identities (
  anonymous_id text primary key,
  user_id      text        not null,
  linked_at    timestamptz not null,
  event_id     uuid        not null,
  source       text        not null,
  moved_from   text
);
create index on identities (user_id);
create index on identities (anonymous_id) where moved_from is not null;
comment on column identities.moved_from is
  'set and cleared in one transaction: the user that this anonymous id was linked to before, empty for none';

-- One row a person (user or anonymous id): what batches lock, and how far the person's cart has been worked off.
create table persons (
  user_id       text    not null,
  is_anonymous  boolean not null,
  cart_at       timestamptz,
  cart_rank     smallint,
  cart_event_id uuid,
  cart_source   text,
  cart_stale    boolean not null default false,
  primary key (is_anonymous, user_id)
) with (fillfactor = 70);
create index on persons (user_id) where cart_stale;
comment on column persons.cart_at is 'with cart_rank, cart_event_id, cart_source: the newest cart event applied';
comment on column persons.cart_stale is 'set and cleared in one transaction: the cart is to be recomputed from the raw rows';

-- The newest attributes known. A stamp is the rank of who said it (0 publishable key, 1 secret key, 2 catalogue), then
-- when, then in which event; the greatest wins whatever the order of arrival.
create table products (
  product_id     text primary key,
  name           text,
  category       text,
  brand          text,
  unit_price     numeric,
  currency       text,
  available      boolean not null default true,
  hidden         boolean not null default false,
  name_stamp     text collate "C",
  category_stamp text collate "C",
  brand_stamp    text collate "C",
  price_stamp    text collate "C"
) with (fillfactor = 70);
create index on products (category);

create table dead_letters (
  id          bigint generated always as identity primary key,
  topic       text        not null,
  partition   integer     not null,
  "offset"    bigint      not null,
  reason      text        not null,
  detail      text        not null,
  payload     bytea       not null,
  digest      uuid        not null,
  created_at  timestamptz not null default now(),
  replayed_at timestamptz,
  unique (topic, partition, "offset", digest)
);
comment on table dead_letters is 'records set aside: what does not parse, and what the database refuses for its content';
