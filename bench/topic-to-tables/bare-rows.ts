import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import { rawTables } from '../../repositories/partitions.repository.ts';
import { copyDatabase, runSql, withClient } from './scratch-databases.ts';
import type { Keyed } from './topics-of-records.ts';

/** Tables of the raw rows' columns and primary key, and nothing else: what the rivals fill. */
export const bareTables = rawTables.map((raw) => ({ raw, bare: raw.replace('raw_', 'bare_') }));

/** What the rivals are given: exactly the rows that our consumers stored, as files for COPY and as records for Kafka Connect. */
export type BareRows = { databaseUrl: string; files: ReadonlyMap<string, string>; count: number };

/**
 * Makes the bare tables in a database of their own, and writes the raw rows into files.
 *
 * @param source the superuser's address of the database that holds them.
 */
export async function takeBareRows(source: string, folder: string): Promise<BareRows> {
  const target = join(folder, 'rows');
  await mkdir(target);
  // PostgreSQL, which writes them, may run as another user.
  await chmod(target, 0o777);
  const files = new Map(bareTables.map(({ raw, bare }) => [bare, join(target, raw)]));
  const databaseUrl = await copyDatabase(source, 'template1', 'rivals');
  const count = await withClient(source, async (client) => {
    let rows = 0;
    for (const { raw, bare } of bareTables) {
      rows += (await client.query(`copy (select * from ${raw}) to '${files.get(bare)}'`)).rowCount ?? 0;
      const columns = (await columnsOf(client, raw)).map(({ field, type }) => `"${field}" ${type}`);
      await runSql(
        databaseUrl,
        `create table ${bare} (${columns.join()}, primary key (source, event_id, occurred_at))`,
      );
    }
    return rows;
  });
  return { databaseUrl, files, count };
}

/** How many rows the bare tables hold. */
export async function countRows(databaseUrl: string): Promise<number> {
  const counts = bareTables.map(({ bare }) => `(select count(*) from ${bare})`);
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ count: string }>(`select ${counts.join(' + ')} as count`);
    return Number(rows[0]?.count);
  });
}

async function columnsOf(client: pg.Client, table: string): Promise<{ field: string; type: string }[]> {
  const { rows } = await client.query<{ field: string; type: string }>(
    `select attname as field, format_type(atttypid, atttypmod) as type from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
    [table],
  );
  return rows;
}

const TYPES: Readonly<Record<string, { type: string; name?: string }>> = {
  text: { type: 'string' },
  uuid: { type: 'string', name: 'io.debezium.data.Uuid' },
  'timestamp with time zone': { type: 'string', name: 'io.debezium.time.ZonedTimestamp' },
  jsonb: { type: 'string', name: 'io.debezium.data.Json' },
  numeric: { type: 'double' },
  boolean: { type: 'boolean' },
  integer: { type: 'int32' },
  bigint: { type: 'int64' },
};

/** The rows as records in the form that Kafka Connect's sinks need: a schema in each, beside the row. */
export function envelopesOf(source: string): Promise<Map<string, Keyed[]>> {
  return withClient(source, async (client) => {
    const topics = new Map<string, Keyed[]>();
    for (const { raw, bare } of bareTables) {
      const columns = await columnsOf(client, raw);
      const fields = columns.map(({ field, type }) => ({ field, optional: true, ...TYPES[type] }));
      const schema = JSON.stringify({ type: 'struct', name: bare, optional: false, fields });
      const json = columns.filter(({ type }) => type === 'jsonb').map(({ field }) => `'${field}', ${field}::text`);
      const { rows } = await client.query<Keyed>(
        `select coalesce(user_id, anonymous_id) as key, (to_jsonb(r) || jsonb_build_object(${json.join()}))::text as value from ${raw} r`,
      );
      topics.set(
        bare,
        rows.map(({ key, value }) => ({ key, value: `{"schema":${schema},"payload":${value}}` })),
      );
    }
    return topics;
  });
}
