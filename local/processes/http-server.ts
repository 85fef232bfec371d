import { type ServerType, serve } from '@hono/node-server';

/** What a sender has to keep to. A request that is not complete in time is answered 408, and its connection is closed. */
export type SenderLimits = {
  /** For the headers, from the first byte on. */
  headersMs: number;
  /** For the whole request, body included: 1 MiB over a poor mobile line takes half of it. */
  requestMs: number;
  /** How often the server looks. */
  checkEveryMs: number;
  connections: number;
};

const LIMITS: SenderLimits = { headersMs: 10_000, requestMs: 30_000, checkEveryMs: 1_000, connections: 2_000 };
/** Of request line and headers: the quota of API Gateway's HTTP APIs, so that nothing works here alone. More is answered 431. */
const MAX_HEAD_BYTES = 10_240;
const LOOPBACK = '127.0.0.1';
/** Requests under way get this long to end. */
const DRAIN_MS = 3_000;

export type FetchCallback = Parameters<typeof serve>[0]['fetch'];

/** Serves on a port of the loopback address, and waits for nobody longer than the limits say. Rejects when the port is taken. */
export function listen(fetch: FetchCallback, port: number, limits: SenderLimits = LIMITS): Promise<ServerType> {
  const serverOptions = {
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.checkEveryMs,
    maxHeaderSize: MAX_HEAD_BYTES,
  };
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: LOOPBACK, serverOptions }, () => resolve(server));
    server.maxConnections = limits.connections;
    server.once('error', reject);
  });
}

/** Takes no more requests, lets those under way end, and cuts off what does not. */
export async function closeServer(server: ServerType): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  if ('closeIdleConnections' in server) server.closeIdleConnections();
  const killer = setTimeout(() => {
    if ('closeAllConnections' in server) server.closeAllConnections();
  }, DRAIN_MS);
  await closed;
  clearTimeout(killer);
}
