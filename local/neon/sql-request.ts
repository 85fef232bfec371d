import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type pg from 'pg';
import * as z from 'zod';

const querySchema = z.object({ query: z.string(), params: z.array(z.unknown()).default([]) });
const bodySchema = z.union([querySchema, z.object({ queries: z.array(querySchema) })]);
type Query = z.output<typeof querySchema>;

const isolationLevels: Readonly<Record<string, string>> = {
  ReadUncommitted: 'read uncommitted',
  ReadCommitted: 'read committed',
  RepeatableRead: 'repeatable read',
  Serializable: 'serializable',
};

/** Rows leave as Postgres wrote them; the driver parses them by the type ids of the fields. */
const asText = { getTypeParser: () => (text: string | Buffer) => text };

/** Runs the body of a `POST /sql` and gives the answer's body. Throws what Postgres answers, or a `ZodError`. */
export async function runSqlRequest(pool: pg.Pool, headers: IncomingHttpHeaders, body: string): Promise<unknown> {
  const parsed = bodySchema.parse(JSON.parse(body));
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    if (!('queries' in parsed)) return await runQuery(client, parsed);
    return { results: await runTransaction(client, beginOf(headers), parsed.queries) };
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

function beginOf(headers: IncomingHttpHeaders): string {
  const level = isolationLevels[String(headers['neon-batch-isolation-level'])];
  return [
    'begin',
    level === undefined ? '' : `isolation level ${level}`,
    headers['neon-batch-read-only'] === 'true' ? 'read only' : '',
    headers['neon-batch-deferrable'] === 'true' ? 'deferrable' : '',
  ].join(' ');
}

async function runTransaction(client: pg.PoolClient, begin: string, queries: readonly Query[]): Promise<unknown[]> {
  await client.query(begin);
  try {
    const results: unknown[] = [];
    for (const query of queries) results.push(await runQuery(client, query));
    await client.query('commit');
    return results;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

/**
 * A statement with parameters is prepared under a name, so that a connection plans it once: planning took a third of a
 * small batch's time. What has no parameters may be several statements, which cannot be prepared.
 */
async function runQuery(client: pg.PoolClient, { query, params }: Query): Promise<unknown> {
  const prepared = params.length === 0 ? {} : { name: hash('md5', query) };
  const result = await client.query({ ...prepared, text: query, values: params, rowMode: 'array', types: asText });
  const { command, rowCount, rows, fields } = result;
  return { command, rowCount, rows, fields, rowAsArray: true };
}
