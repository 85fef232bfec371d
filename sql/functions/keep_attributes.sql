-- Writes what is known of the products of views that are about to go to the archive, where the newest of each attribute counts
-- on: the products as they are now, which hold what these views said if that is the newest.
create or replace function keep_attributes(owner text, person text, received_upto timestamptz, event_upto timestamptz) returns void
language plpgsql set search_path = public, pg_temp as $$
begin
  execute format($sql$
    insert into archive.products as p
      (product_id, name, name_stamp, category, category_stamp, brand, brand_stamp, unit_price, currency, price_stamp)
    select product_id,
      case when name_stamp = '2' then event_name else name end, case when name_stamp = '2' then event_name_stamp else name_stamp end,
      case when category_stamp = '2' then event_category else category end,
      case when category_stamp = '2' then event_category_stamp else category_stamp end,
      case when brand_stamp = '2' then event_brand else brand end, case when brand_stamp = '2' then event_brand_stamp else brand_stamp end,
      case when price_stamp = '2' then event_unit_price else unit_price end,
      case when price_stamp = '2' then event_currency else currency end,
      case when price_stamp = '2' then event_price_stamp else price_stamp end
    from products
    where product_id in (select product_id from raw_product_views where %s and received_at <= $2 and event_at <= $3 and not is_bot)
    order by product_id
    on conflict (product_id) do update
    set name = case when excluded.name_stamp > coalesce(p.name_stamp, '') then excluded.name else p.name end,
      category = case when excluded.category_stamp > coalesce(p.category_stamp, '') then excluded.category else p.category end,
      brand = case when excluded.brand_stamp > coalesce(p.brand_stamp, '') then excluded.brand else p.brand end,
      unit_price = case when excluded.price_stamp > coalesce(p.price_stamp, '') then excluded.unit_price else p.unit_price end,
      currency = case when excluded.price_stamp > coalesce(p.price_stamp, '') then excluded.currency else p.currency end,
      name_stamp = greatest(p.name_stamp, excluded.name_stamp), category_stamp = greatest(p.category_stamp, excluded.category_stamp),
      brand_stamp = greatest(p.brand_stamp, excluded.brand_stamp), price_stamp = greatest(p.price_stamp, excluded.price_stamp)
    where excluded.name_stamp > coalesce(p.name_stamp, '') or excluded.category_stamp > coalesce(p.category_stamp, '')
      or excluded.brand_stamp > coalesce(p.brand_stamp, '') or excluded.price_stamp > coalesce(p.price_stamp, '')
  $sql$, owner) using person, received_upto, event_upto;
end $$;
revoke all on function keep_attributes(text, text, timestamptz, timestamptz) from public;
