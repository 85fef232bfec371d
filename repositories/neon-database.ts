import { NeonDbError, neon, neonConfig, Pool } from '@neondatabase/serverless';
import { type BazaarError, DatabaseUnavailableError, messageOf, RowRefusedError } from '../platform/errors.ts';
import { arrayLiteral } from './array-literal.ts';
import type { Database, Row, Statement } from './database.ts';
import { keepAliveFetch } from './keep-alive-fetch.ts';

/**
 * Longer than the writer's statement_timeout (12 s) and than Neon's proxy waits (15 s): an aborted request does not cancel
 * its statement, so that a retry would wait for the locks of its own ghost.
 */
const REQUEST_TIMEOUT_SECONDS = 25;

/** Program limit exceeded: too many columns, a row too large for an index. */
const PROGRAM_LIMIT = '54000';
const UNIQUE_VIOLATION = '23505';

/**
 * Postgres over Neon's HTTP protocol: one request for each call, no connection to keep, freeze or leak.
 *
 * @param url the role's connection string, with the pooled host.
 */
export function createNeonDatabase(url: string, timeoutSeconds = REQUEST_TIMEOUT_SECONDS): Database {
  neonConfig.fetchFunction = keepAliveFetch;
  const sql = neon(url);
  const bounded = () => ({ fetchOptions: { signal: AbortSignal.timeout(timeoutSeconds * 1000) } });
  return {
    async query({ text, params }: Statement): Promise<Row[]> {
      return await sql.query(text, params.map(parametersOf()), bounded()).catch(rethrow);
    },
    async transact(statements: readonly Statement[]): Promise<Row[][]> {
      const parameters = parametersOf();
      const queries = statements.map(({ text, params }) => sql.query(text, params.map(parameters)));
      const results = await sql
        .transaction(queries, { isolationLevel: 'ReadCommitted', ...bounded() })
        .catch((error: unknown) => rethrow(error));
      return results as Row[][];
    },
  };
}

/** Writes arrays as Postgres reads them, each once: the statements of a transaction share some. */
function parametersOf(): (param: unknown) => unknown {
  const written = new Map<readonly unknown[], unknown>();
  return (param) => {
    if (!Array.isArray(param)) return param;
    if (!written.has(param)) written.set(param, arrayLiteral(param) ?? param);
    return written.get(param);
  };
}

/**
 * Points the driver of this process at a proxy that speaks Neon's protocol: `/sql` over HTTP, `/v2` over WebSockets.
 *
 * @param origin the proxy's scheme, host and port; Neon's own host when absent.
 */
export function pointDriverAt(origin: string | undefined): void {
  if (origin === undefined) return;
  const { host, protocol } = new URL(origin);
  neonConfig.fetchEndpoint = `${protocol}//${host}/sql`;
  neonConfig.wsProxy = `${host}/v2`;
  neonConfig.useSecureWebSocket = protocol === 'https:';
  neonConfig.pipelineConnect = false;
  neonConfig.pipelineTLS = false;
}

/** A session of its own, for what needs one: migrations, audit, training. */
export type Session = { query(text: string, params?: unknown[]): Promise<Row[]> };

/**
 * Opens one connection (direct host), gives it to `work`, and closes it whatever happens. Throws
 * `DatabaseUnavailableError` when there is none to be had.
 *
 * @param url the owner's connection string.
 */
export async function withSession<T>(url: string, work: (session: Session) => Promise<T>): Promise<T> {
  const pool = new Pool({ connectionString: url, max: 1, connectionTimeoutMillis: REQUEST_TIMEOUT_SECONDS * 1000 });
  pool.on('error', () => undefined);
  try {
    const client = await pool.connect().catch((error: unknown) => rethrow(error));
    // A connection that is lost between two statements: the next one says so; nobody else would listen.
    client.on('error', () => undefined);
    try {
      return await work({ query: async (text, params) => (await client.query(text, params)).rows as Row[] });
    } finally {
      client.release();
    }
  } finally {
    await pool.end();
  }
}

/** The port over a session, for what takes longer than a request over HTTP may. */
export function databaseOn(session: Session): Pick<Database, 'query'> {
  return { query: ({ text, params }) => session.query(text, [...params]) };
}

function rethrow(error: unknown): never {
  throw classify(error);
}

/** Tells content that the database refuses (no retry can help) from everything else (the same batch may succeed later). */
export function classify(error: unknown): BazaarError {
  const sqlState = error instanceof NeonDbError ? error.code : undefined;
  const message = `the database answered: ${messageOf(error)}`;
  if (sqlState !== undefined && isContentError(sqlState))
    return new RowRefusedError(message, sqlState, { cause: error });
  return new DatabaseUnavailableError(message, sqlState, { cause: error });
}

function isContentError(sqlState: string): boolean {
  if (sqlState === UNIQUE_VIOLATION) return false;
  return sqlState.startsWith('22') || sqlState.startsWith('23') || sqlState === PROGRAM_LIMIT;
}
