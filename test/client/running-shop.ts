/**
 * A shop with two pages at one origin and the API at another: the production apps on a durable log, the production consumers
 * and a database of their own, in this process, so that a test can take the API away and cut its answers.
 *
 *   const shop = await openShop(); … shop.pageUrl, shop.apiUrl, shop.database, shop.door … await shop.close();
 */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { inject } from 'vitest';
import { createIngestionApp } from '../../ingestion/app.ts';
import { createRecommendApp } from '../../lambdas/recommend/app.ts';
import { openEmbeddedLog } from '../../local/engines/embedded-log.ts';
import { createEmbeddedPublisher } from '../../local/engines/embedded-publisher.ts';
import { freePort } from '../../local/engines/free-port.ts';
import { bundleClient } from '../../local/page/client-bundle.ts';
import { runConsumers } from '../../local/processes/consumers.ts';
import { createEmbeddedSource } from '../../local/trigger/embedded-source.ts';
import { callerByKey } from '../../platform/http/caller.ts';
import { createKeyring, hashKey } from '../../platform/http/keys.ts';
import { createUserTokenVerifier } from '../../platform/http/user-token.ts';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import { openTestDatabase, type TestDatabase } from '../brackets/database.ts';
import { type Door, openDoor } from './door.ts';

export const KEYS = { pk: 'pk_page', sk: 'sk_server' };
export const SIGNING_SECRET = 'a signing secret of at least 32 characters';

export type Shop = {
  apiUrl: string;
  pageUrl: string;
  database: TestDatabase;
  /** What stands between the pages and the API. */
  door: Door;
  close(): Promise<void>;
};

export async function openShop(): Promise<Shop> {
  const database = await openTestDatabase();
  const log = await openEmbeddedLog(await mkdtemp(join(inject('runFolder'), 'log-')));
  const consumers = await runConsumers({
    ...{ source: createEmbeddedSource(log), brokers: [], database: createNeonDatabase(database.writerUrl) },
    ...{ log: () => undefined, observe: () => undefined },
  });
  const page = await servePages();
  const origins = [page.url, page.url.replace('127.0.0.1', 'shop.test')];
  const door = await openDoor(apiOf({ database, origins, publisher: createEmbeddedPublisher(log) }));
  const close = async () => {
    await Promise.all([door.close(), page.close()]);
    await consumers.stop();
    await log.close();
    await database.close();
  };
  return { apiUrl: door.url, pageUrl: page.url, database, door, close };
}

function apiOf(options: {
  database: TestDatabase;
  origins: string[];
  publisher: ReturnType<typeof createEmbeddedPublisher>;
}): (request: Request) => Response | Promise<Response> {
  const { database, origins, publisher } = options;
  const callerOf = callerByKey(
    createKeyring([
      { hash: hashKey(KEYS.pk), class: 'pk', source: 'web', origins },
      { hash: hashKey(KEYS.sk), class: 'sk', source: 'server' },
    ]),
  );
  const ports = { callerOf, log: { error: console.error, warn: console.warn }, addressOf: () => '127.0.0.1' };
  const pinnedOrigins = new Set(origins);
  const ingestion = createIngestionApp({
    ...{ ...ports, publisher, metrics: () => undefined, document: {} },
    settings: { pinnedOrigins },
  });
  const recommend = createRecommendApp({
    ...{ ...ports, pinnedOrigins, database: createNeonDatabase(database.readerUrl) },
    userTokens: createUserTokenVerifier(async () => [SIGNING_SECRET]),
  });
  return (request) =>
    new URL(request.url).pathname.startsWith('/recommendations') ? recommend.fetch(request) : ingestion.fetch(request);
}

const PAGE = `<!doctype html><title>Shop</title><a href="/other">other</a>
<script type="module">
  import { createTracker } from '/client.js';
  window.createTracker = createTracker;
</script>`;

/** `/` and any other path is a page of the shop, with the client as `npm start` serves it. */
async function servePages(): Promise<{ url: string; close(): Promise<void> }> {
  const client = await bundleClient();
  const app = new Hono();
  app.get('/client.js', (context) => context.body(client, 200, { 'content-type': 'text/javascript' }));
  app.get('*', (context) => context.html(PAGE));
  const port = await freePort();
  const server = serve({ fetch: app.fetch, port, hostname: '127.0.0.1' });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      if ('closeAllConnections' in server) server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${port}`, close };
}
