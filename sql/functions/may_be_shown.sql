-- One row, the product's category, when the rules of a request let it be shown; none when they do not. Written in SQL, so that
-- it is unfolded into what calls it. A product without a row is unknown: it may be shown where no rule asks for an attribute.
create or replace function may_be_shown(candidate text, request jsonb, category_wanted text, denied text[], bought text[], rebuy text[])
returns table (category text)
language sql stable
as $$
  select p.category
  from (select 1) once
  -- The limit keeps the planner from reading all products to look up some.
  left join lateral (select * from products q where q.product_id = candidate limit 1) p on true
  where candidate is distinct from request ->> 'page_product' and candidate <> all (denied)
    and (candidate <> all (bought) or p.category = any (rebuy))
    and p.available is not false and p.hidden is not true
    and (category_wanted is null or p.category = category_wanted)
    and (request ->> 'min_price' is null or (p.unit_price >= (request ->> 'min_price')::numeric and p.currency = request ->> 'currency'))
    and (request ->> 'max_price' is null or (p.unit_price <= (request ->> 'max_price')::numeric and p.currency = request ->> 'currency'))
$$;
