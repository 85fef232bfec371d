import type { Aggregate } from './aggregates.ts';
import type { Row, Statement } from './database.ts';
import type { Session } from './neon-database.ts';

/** One row that is not what the raw rows give: null on the side where it is missing. */
export type Difference = { key: Row; stored: Row | null; derived: Row | null };

/** Every row of the aggregate that differs from its recomputation. */
export function listDifferences({ table, key, values, slot, meaningful }: Aggregate): Statement {
  const columns = [...key, ...values].join(', ');
  const row = (side: string) => `row(${values.map((value) => `${side}.${value}`).join(', ')})`;
  const shown = (side: string) =>
    `case when ${side}.present then jsonb_build_object(${values.map((v) => `'${v}', ${side}.${v}`).join(', ')}) end`;
  const sums = values.map((value) => `sum(${value}) as ${value}`).join(', ');
  const stored =
    slot === undefined ? table : `(select ${key.join(', ')}, ${sums} from ${table} group by ${key.join(', ')}) t`;
  return {
    text: `select jsonb_build_object(${key.map((k) => `'${k}', ${k}`).join(', ')}) as key,
        ${shown('s')} as stored, ${shown('d')} as derived
      from (select ${columns}, true as present from ${stored} where ${meaningful}) s
      full join (select ${columns}, true as present from derived.${table} where ${meaningful}) d using (${key.join(', ')})
      where s.present is null or d.present is null or ${row('s')} is distinct from ${row('d')}
      order by ${key.join(', ')}`,
    params: [],
  };
}

/**
 * Before the first query, and so before the snapshot: a partition that was dropped between the two would be gone, and what
 * was kept of it not yet to be seen.
 */
const KEEP_PARTITIONS = 'lock table raw_product_views, raw_cart_events in access share mode';

/**
 * Compares every aggregate with the raw rows in one snapshot, while events may flow, and hands over each difference.
 *
 * @param onTable hears of each table before it is compared.
 * @returns how many rows differ in each table.
 */
export async function audit(
  session: Session,
  tables: readonly Aggregate[],
  report: (table: string, difference: Difference) => void,
  onTable: (table: string, index: number) => void = () => undefined,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  await session.query('begin isolation level repeatable read read only');
  try {
    await session.query(KEEP_PARTITIONS);
    for (const [index, aggregate] of tables.entries()) {
      onTable(aggregate.table, index);
      const rows = await session.query(listDifferences(aggregate).text);
      for (const row of rows) report(aggregate.table, row as Difference);
      counts.set(aggregate.table, rows.length);
    }
  } finally {
    await session.query('rollback');
  }
  return counts;
}
