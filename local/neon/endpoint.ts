/**
 * Neon's HTTP protocol (`POST /sql`) and its WebSocket proxy, in front of any PostgreSQL.
 *
 *   const endpoint = await startNeonEndpoint({ databaseUrl, port: 0 });  // the host and port of databaseUrl count
 *   useNeonEndpoint(endpoint);                     // from here on `neon(url)` and `Pool` of this process go through it
 *   await endpoint.close();
 *
 * The role, its password and the database come from each client's own connection string. An aborted request does not
 * cancel its statement, as with Neon.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { pointDriverAt } from '../../repositories/neon-database.ts';
import { errorAnswer } from './sql-error.ts';
import { createSqlPools, type SqlPools } from './sql-pools.ts';
import { runSqlRequest } from './sql-request.ts';

/** Where a process finds the endpoint: plain addresses, so that they can be handed to a child process. */
export type NeonAddresses = { fetchEndpoint: string; wsProxy: string };
export type NeonEndpoint = NeonAddresses & { port: number; close(): Promise<void> };

const LOOPBACK = '127.0.0.1';
/** Longer than any client of ours keeps a connection idle, so that none is closed while a request is on its way. */
const KEEP_ALIVE_MS = 65_000;

/** Starts the endpoint on the loopback address; without a port, on a free one. `connections`: for each role, see `createSqlPools`. */
export async function startNeonEndpoint(options: {
  databaseUrl: string;
  port?: number;
  connections?: number;
}): Promise<NeonEndpoint> {
  const pools = createSqlPools(options.databaseUrl, options.connections);
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    void answer(pools, request, response);
  });
  const sockets = proxyWebSockets(new URL(options.databaseUrl));
  server.on('upgrade', (request, socket, head) => {
    sockets.handleUpgrade(request, socket, head, (client) => sockets.emit('connection', client, request));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, LOOPBACK, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { ...neonAddresses(port), port, close: () => closeAll(server, sockets, pools) };
}

/** The addresses of an endpoint on this port of the loopback address. */
export function neonAddresses(port: number): NeonAddresses {
  return { fetchEndpoint: `http://${LOOPBACK}:${port}/sql`, wsProxy: `${LOOPBACK}:${port}/v2` };
}

/** Points the Neon driver of this process at the endpoint. */
export function useNeonEndpoint({ fetchEndpoint }: Pick<NeonAddresses, 'fetchEndpoint'>): void {
  pointDriverAt(new URL(fetchEndpoint).origin);
}

async function answer(pools: SqlPools, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { status, body } = await handle(pools, request).catch(errorAnswer);
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function handle(pools: SqlPools, request: IncomingMessage): Promise<{ status: number; body: unknown }> {
  const connectionString = request.headers['neon-connection-string'];
  if (request.method !== 'POST' || request.url !== '/sql') return { status: 404, body: { message: 'not found' } };
  if (typeof connectionString !== 'string')
    return { status: 400, body: { message: 'header neon-connection-string is missing' } };
  const body = await text(request);
  return { status: 200, body: await runSqlRequest(pools.poolFor(connectionString), request.headers, body) };
}

function proxyWebSockets(target: URL): WebSocketServer {
  const sockets = new WebSocketServer({ noServer: true });
  sockets.on('connection', (client) => {
    const upstream = connect(Number(target.port || 5432), target.hostname);
    const downstream = createWebSocketStream(client);
    upstream.setNoDelay(true);
    upstream.on('error', () => downstream.destroy());
    upstream.on('close', () => client.close());
    downstream.on('error', () => upstream.destroy());
    downstream.on('close', () => upstream.destroy());
    upstream.pipe(downstream).pipe(upstream);
  });
  return sockets;
}

async function closeAll(
  server: ReturnType<typeof createServer>,
  sockets: WebSocketServer,
  pools: SqlPools,
): Promise<void> {
  for (const client of sockets.clients) client.terminate();
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await Promise.all([closed, pools.close()]);
}
