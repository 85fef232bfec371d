import type { Aggregate } from './aggregates.ts';
import type { Session } from './neon-database.ts';

/**
 * How far each cart has been worked off, from the raw rows: what `rebuild` of the carts must set beside them, since the
 * next event is applied from there on.
 */
const RESET_CART_MARKS = `update persons p
  set cart_at = n.event_at, cart_rank = n.rank, cart_event_id = n.event_id, cart_source = n.source
  from persons q
  left join (
    select distinct on (2, 3) m.event_at, coalesce(m.user_id, i.user_id, m.anonymous_id) as user_id,
      m.user_id is null and i.user_id is null as is_anonymous, m.rank, m.event_id, m.source
    from derived.cart_moves m
    left join identities i on i.anonymous_id = m.anonymous_id and m.user_id is null
    order by 2, 3, m.event_at desc, m.rank desc, m.event_id desc, m.source desc
  ) n using (user_id, is_anonymous)
  where (p.user_id, p.is_anonymous) = (q.user_id, q.is_anonymous)`;

/**
 * Replaces aggregates by what the raw rows give, and what the catalogue says, in one transaction. Every batch begins by
 * locking a row of `orders` or `persons`, every request to the catalogue by writing one of `catalogue`, so that a lock on
 * these tables keeps both out until the new rows stand. `catalogue` comes first: who writes it may wait for a batch.
 *
 * @param onTable hears of each table before it is made again.
 */
export async function rebuild(
  session: Session,
  tables: readonly Aggregate[],
  onTable: (table: string, index: number) => void = () => undefined,
): Promise<void> {
  await session.query('begin');
  try {
    await session.query('lock table catalogue, orders, persons in exclusive mode');
    for (const [index, aggregate] of tables.entries()) {
      const { table } = aggregate;
      onTable(table, index);
      await session.query(deleteSurplus(aggregate));
      await session.query(upsertDerived(aggregate));
      if (table === 'user_cart_summary') await session.query(RESET_CART_MARKS);
    }
    await session.query('commit');
  } catch (error) {
    await session.query('rollback');
    throw error;
  }
}

function deleteSurplus({ table, key, slot }: Aggregate): string {
  if (slot !== undefined) return `delete from ${table}`;
  return `delete from ${table} where (${key.join(', ')}) not in (select ${key.join(', ')} from derived.${table})`;
}

/** Rows are updated in place, so that columns which raw rows do not decide (a link's `moved_from`) stay. */
function upsertDerived({ table, key, values, slot }: Aggregate): string {
  const columns = [...key, ...values].join(', ');
  const unique = slot === undefined ? key : [...key, slot];
  return `insert into ${table} (${columns}) select ${columns} from derived.${table}
    on conflict (${unique.join(', ')}) do update set ${values.map((value) => `${value} = excluded.${value}`).join(', ')}`;
}
