import pg from 'pg';

/** Connections for one role and database when nothing else is said; the pooler of a small Neon compute gives about as many. */
const CONNECTIONS = 24;
/** Distinct connection strings kept open at once; the one unused for longest goes first. */
const MAX_POOLS = 16;
/** A new connection plans every statement anew, 40 ms and more for the recommender: pauses between bursts must not end it. */
const IDLE_TIMEOUT_MS = 300_000;
const CONNECT_TIMEOUT_MS = 10_000;

export type SqlPools = {
  /** The pool for the role, password and database that a client's connection string names. */
  poolFor(connectionString: string): pg.Pool;
  close(): Promise<void>;
};

/**
 * Pools in front of the server of `databaseUrl`; roles are real, since each client brings its own password.
 *
 * @param connections how many statements of one role may run at once; the others wait in line, each for ten seconds at most.
 */
export function createSqlPools(databaseUrl: string, connections = CONNECTIONS): SqlPools {
  const server = new URL(databaseUrl);
  const pools = new Map<string, pg.Pool>();
  const closing = new Set<Promise<void>>();

  function retire(key: string, pool: pg.Pool): void {
    pools.delete(key);
    const ended = pool.end().finally(() => closing.delete(ended));
    closing.add(ended);
  }

  return {
    poolFor(connectionString) {
      const key = targetOf(connectionString, server);
      const pool = pools.get(key) ?? openPool(key, connections);
      pools.delete(key);
      pools.set(key, pool);
      const [oldest] = pools;
      if (pools.size > MAX_POOLS && oldest !== undefined) retire(...oldest);
      return pool;
    },
    async close() {
      for (const [key, pool] of [...pools]) retire(key, pool);
      await Promise.allSettled([...closing]);
    },
  };
}

/** The client's role, password and database on our server: its host is Neon's business, not ours. */
function targetOf(connectionString: string, server: URL): string {
  const target = new URL(connectionString);
  target.host = server.host;
  target.port = server.port;
  target.search = server.search;
  return target.href;
}

function openPool(connectionString: string, connections: number): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max: connections,
    idleTimeoutMillis: IDLE_TIMEOUT_MS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  // An idle connection that the server drops (restart, dropped database) is replaced on next use.
  pool.on('error', () => undefined);
  // One that the server ends in the packet that says it is ready is nobody's yet, and an error that nobody hears ends the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
