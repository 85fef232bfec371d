import { createIngestionApp } from '../../ingestion/app.ts';
import { apiDocument } from '../../ingestion/openapi/document.ts';
import type { EventPublisher } from '../../ingestion/publisher.ts';
import { createCatalogueApp } from '../../lambdas/catalogue/app.ts';
import { createPeopleApp } from '../../lambdas/people/app.ts';
import { createRecommendApp } from '../../lambdas/recommend/app.ts';
import { callerByKey } from '../../platform/http/caller.ts';
import type { HealthCheck } from '../../platform/http/health.ts';
import { createKeyring } from '../../platform/http/keys.ts';
import { createUserTokenVerifier } from '../../platform/http/user-token.ts';
import { createLogger } from '../../platform/logger.ts';
import { createMetrics } from '../../platform/metrics.ts';
import type { Database } from '../../repositories/database.ts';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import type { ChildSettings } from '../system/child-settings.ts';
import type { Channel } from '../ways/channel.ts';
import { closeServer, type FetchCallback, listen } from './http-server.ts';
import { createPage } from './page.ts';

const PAGE_PATHS = /^\/($|page\/|live$|shop\/)/;
const CATALOGUE_PATH = '/products';
const PEOPLE_PATHS = /^\/users($|\/)/;
const RECOMMEND_PATHS = /^\/(recommendations|products|trending|health\/database)($|\/)/;

type Fetch = (request: Request) => Response | Promise<Response>;

export type ApiPorts = {
  publisher: EventPublisher;
  checks: Readonly<Record<string, HealthCheck>>;
  /** To the consumers, for the page. */
  channel: Channel;
  /** Puts a record into a topic past the API. */
  putRecord(value: string): Promise<void>;
};

/** Serves the page and the production apps on one port of the loopback address. */
export async function serveApi(
  settings: ChildSettings,
  { publisher, checks, channel, putRecord }: ApiPorts,
): Promise<{ stop(): Promise<void> }> {
  const addresses = new WeakMap<Request, string>();
  const addressOf = (request: Request) => addresses.get(request) ?? '';
  const database = createNeonDatabase(settings.readerUrl);
  const page = createPage(settings, channel, putRecord);
  const recommend = createRecommend(settings, database, addressOf);
  const catalogue = createCatalogue(settings);
  const people = createPeople(settings);
  const ingest = createIngestion(settings, page.observed.publisher(publisher), addressOf, {
    ...checks,
    database: () => database.query({ text: 'select 1', params: [] }),
  });
  const ingestion = page.observed.fetch(ingest);
  const fetch: FetchCallback = (request, env) => {
    if ('incoming' in env) addresses.set(request, env.incoming.socket.remoteAddress ?? '');
    const { pathname } = new URL(request.url);
    if (PAGE_PATHS.test(pathname)) return page.fetch(request);
    if (pathname === CATALOGUE_PATH) return catalogue(request);
    if (PEOPLE_PATHS.test(pathname)) return people(request);
    return RECOMMEND_PATHS.test(pathname) ? recommend(request) : ingestion(request);
  };
  const server = await listen(fetch, settings.port);
  return {
    stop: async () => {
      page.stop();
      await closeServer(server);
      await publisher.close();
    },
  };
}

function createIngestion(
  settings: ChildSettings,
  publisher: EventPublisher,
  addressOf: (request: Request) => string,
  checks: Readonly<Record<string, HealthCheck>>,
): Fetch {
  const app = createIngestionApp({
    checks,
    publisher,
    addressOf,
    callerOf: callerByKey(createKeyring(settings.keyEntries)),
    settings: { pinnedOrigins: new Set(settings.origins), defaultCurrencies: settings.defaultCurrencies },
    log: createLogger('ingestion'),
    metrics: createMetrics('ingestion'),
    document: apiDocument(),
  });
  return (request) => app.fetch(request);
}

function createRecommend(settings: ChildSettings, database: Database, addressOf: (request: Request) => string): Fetch {
  const app = createRecommendApp({
    database,
    addressOf,
    callerOf: callerByKey(createKeyring(settings.keyEntries)),
    userTokens: createUserTokenVerifier(async () => [settings.signingSecret]),
    pinnedOrigins: new Set(settings.origins),
    log: createLogger('recommend'),
  });
  return (request) => app.fetch(request);
}

function createCatalogue({ catalogueUrl, keyEntries }: ChildSettings): Fetch {
  const app = createCatalogueApp({
    database: createNeonDatabase(catalogueUrl),
    callerOf: callerByKey(createKeyring(keyEntries)),
    log: createLogger('catalogue'),
  });
  return (request) => app.fetch(request);
}

function createPeople({ peopleUrl, keyEntries }: ChildSettings): Fetch {
  const app = createPeopleApp({
    database: createNeonDatabase(peopleUrl),
    callerOf: callerByKey(createKeyring(keyEntries)),
    log: createLogger('people'),
  });
  return (request) => app.fetch(request);
}
