-- The catalogue: what the shop itself says of its products (PUT /products). It wins over what events say, whenever either
-- arrives; what it does not say, or takes back, is filled by events.

-- Each attribute with the receipt of the request that said it last. A time without a value: taken back, so that an older
-- request that comes late does not bring it again.
create table catalogue (
  product_id   text primary key,
  name         text,
  name_at      timestamptz,
  category     text,
  category_at  timestamptz,
  brand        text,
  brand_at     timestamptz,
  unit_price   numeric,
  currency     text,
  price_at     timestamptz,
  available    boolean,
  available_at timestamptz,
  hidden       boolean,
  hidden_at    timestamptz,
  check ((unit_price is null) = (currency is null))
);

-- What was set by hand until here is the shop's word too.
insert into catalogue (product_id, available, available_at, hidden, hidden_at)
select product_id, available, now(), hidden, now() from products where hidden or not available;

-- While the catalogue states an attribute, what events say of it is kept beside it: to take the attribute back costs no
-- search through the history of a product.
alter table products
  add column event_name           text,
  add column event_category       text,
  add column event_brand          text,
  add column event_unit_price     numeric,
  add column event_currency       text,
  add column event_name_stamp     text collate "C",
  add column event_category_stamp text collate "C",
  add column event_brand_stamp    text collate "C",
  add column event_price_stamp    text collate "C";
comment on column products.name_stamp is
  'who said it, when, in which event (0 publishable key, 1 secret key); of the catalogue the rank alone, 2: table catalogue has the time';
comment on column products.event_name is 'what events say of the name while the catalogue states it; else null';

-- What events alone give keeps its definition under another name.
alter view derived.products rename to event_products;

create view derived.products as
select product_id,
  coalesce(c.name, e.name) as name,
  coalesce(c.category, e.category) as category,
  coalesce(c.brand, e.brand) as brand,
  coalesce(c.unit_price, e.unit_price) as unit_price,
  coalesce(c.currency, e.currency) as currency,
  case when c.name is null then e.name_stamp else '2' end as name_stamp,
  case when c.category is null then e.category_stamp else '2' end as category_stamp,
  case when c.brand is null then e.brand_stamp else '2' end as brand_stamp,
  case when c.unit_price is null then e.price_stamp else '2' end as price_stamp,
  coalesce(c.available, true) as available,
  coalesce(c.hidden, false) as hidden,
  case when c.name is not null then e.name end as event_name,
  case when c.category is not null then e.category end as event_category,
  case when c.brand is not null then e.brand end as event_brand,
  case when c.unit_price is not null then e.unit_price end as event_unit_price,
  case when c.unit_price is not null then e.currency end as event_currency,
  case when c.name is not null then e.name_stamp end as event_name_stamp,
  case when c.category is not null then e.category_stamp end as event_category_stamp,
  case when c.brand is not null then e.brand_stamp end as event_brand_stamp,
  case when c.unit_price is not null then e.price_stamp end as event_price_stamp
from derived.event_products e
full join catalogue c using (product_id);

do $$
begin
  if not exists (select from pg_roles where rolname = 'bazaar_catalogue') then create role bazaar_catalogue login; end if;
end $$;
-- lock_timeout < statement_timeout, and two statements < Neon's proxy (15 s) < the client's abort < the function.
alter role bazaar_catalogue set lock_timeout = '4s';
alter role bazaar_catalogue set statement_timeout = '7s';
grant usage on schema public to bazaar_catalogue;
grant select, insert, update on catalogue, products to bazaar_catalogue;
