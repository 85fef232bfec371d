-- Few orders have refunds: their winners are looked up, each by key. Joined with the winners of the whole batch they were compared
-- with each of them, since a planner that knows nothing of the orders expects a handful: a third of the time that a batch of purchases took.
create or replace function derived.applicable_refunds(order_ids text[])
returns table (order_id text, nth bigint, event_at timestamptz, items jsonb, amount numeric, source text, event_id uuid, occurred_at timestamptz)
language sql stable as $$
  select r.order_id, row_number() over (partition by r.order_id order by r.event_at, r.source, r.event_id, r.occurred_at),
    r.event_at, r.items, r.amount, r.source, r.event_id, r.occurred_at
  from raw_purchases r
  cross join lateral derived.order_winners(array[r.order_id]) w
  where r.order_id = any (order_ids) and r.type = 'refund' and r.trusted and w.trusted and w.currency = r.currency
$$;
