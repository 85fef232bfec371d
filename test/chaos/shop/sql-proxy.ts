/**
 * Stands between the services and the `/sql` endpoint. A layer sees each request and decides what becomes of it:
 *
 *   proxy.fault = async (request, next) => { const answer = await next(request); throw new Cut(); };   // the answer is lost
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { type NeonAddresses, neonAddresses } from '../../../local/neon/endpoint.ts';

const querySchema = z.object({ query: z.string(), params: z.array(z.unknown()).default([]) });
const bodySchema = z.union([z.object({ queries: z.array(querySchema) }), querySchema]);
export type Query = z.output<typeof querySchema>;

export type SqlRequest = {
  headers: Readonly<Record<string, string>>;
  /** One, or those of a transaction. */
  queries: Query[];
  isTransaction: boolean;
  /** True once the client has hung up, as one that was killed does. */
  isGone(): boolean;
};
export type SqlAnswer = { status: number; body: string };
export type SqlLayer = (request: SqlRequest, next: (request: SqlRequest) => Promise<SqlAnswer>) => Promise<SqlAnswer>;

/** The connection ends without an answer. */
export class Cut extends Error {}

export type SqlProxy = NeonAddresses & {
  fault: SqlLayer | undefined;
  /** The promise that a control breaks; next to the database, behind the fault. */
  control: SqlLayer | undefined;
  close(): Promise<void>;
};

const pass: SqlLayer = (request, next) => next(request);

/** The table of raw rows that the request writes, if it does. */
export function rawTableOf({ queries }: SqlRequest): string | undefined {
  for (const { query } of queries) {
    const table = /insert into (raw_\w+)/.exec(query)?.[1];
    if (table !== undefined) return table;
  }
  return undefined;
}

/** Starts the proxy on a free port of the loopback address, before the endpoint given. */
export async function startSqlProxy(endpoint: NeonAddresses): Promise<SqlProxy> {
  const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
    void answer(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const proxy: SqlProxy = {
    ...neonAddresses(typeof address === 'object' && address !== null ? address.port : 0),
    fault: undefined,
    control: undefined,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const sql = await readRequest(request, response);
    const [fault, control] = [proxy.fault ?? pass, proxy.control ?? pass];
    const { status, body } = await fault(sql, (faulty) => control(faulty, (altered) => forward(endpoint, altered)));
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  }
  return proxy;
}

async function readRequest(request: IncomingMessage, response: ServerResponse): Promise<SqlRequest> {
  const parsed = bodySchema.parse(JSON.parse(await text(request)));
  const headers = Object.entries(request.headers).filter(([name]) => name.startsWith('neon-'));
  return {
    headers: Object.fromEntries(headers.map(([name, value]) => [name, String(value)])),
    queries: 'queries' in parsed ? parsed.queries : [parsed],
    isTransaction: 'queries' in parsed,
    isGone: () => response.closed && !response.writableFinished,
  };
}

async function forward(endpoint: NeonAddresses, { headers, queries, isTransaction }: SqlRequest): Promise<SqlAnswer> {
  const response = await fetch(endpoint.fetchEndpoint, {
    method: 'POST',
    headers,
    body: JSON.stringify(isTransaction ? { queries } : queries[0]),
  });
  return { status: response.status, body: await response.text() };
}
