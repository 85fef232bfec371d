/**
 * The API of `npm start` in the test's process: the apps on one port, a log and a database of their own, consumers.
 *
 *   const api = await openLocalApi();                    // beforeAll; in afterAll: await api.close()
 *   await fetch(`${api.url}/events`, { headers: { 'x-api-key': api.keys.sk }, … })
 *   api.appends()                                        // how often anything was written to the log
 *   await api.stored()                                   // when consumers have made rows of all that is in it
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import { topicNames, topics } from '../../events/topics.ts';
import { type EmbeddedLog, openEmbeddedLog } from '../../local/engines/embedded-log.ts';
import { createEmbeddedPublisher } from '../../local/engines/embedded-publisher.ts';
import { freePort } from '../../local/engines/free-port.ts';
import { putIntoEmbeddedLog } from '../../local/engines/put-record.ts';
import { serveApi } from '../../local/processes/api.ts';
import { runConsumers } from '../../local/processes/consumers.ts';
import { createEmbeddedSource } from '../../local/trigger/embedded-source.ts';
import { createLocalChannel } from '../../local/ways/channel.ts';
import { addKey, removeKey, type StoredKey } from '../../platform/http/key-entries.ts';
import { hashKey, type KeyClass, keyIdOf } from '../../platform/http/keys.ts';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import { openTestDatabase, type TestDatabase } from './database.ts';

export const SHOP_ORIGIN = 'https://shop.example';
export const SIGNING_SECRET = randomBytes(24).toString('base64url');
const STORED_WITHIN_MS = 20_000;
const POLL_MS = 20;
const GROUPS = { product_views: 'process-view', cart_events: 'process-cart', purchases: 'process-purchase' } as const;

/** `old` is still valid beside `sk`, which replaces it; `revoked` was valid once. */
export type ApiKeys = Record<KeyClass | 'old' | 'revoked', string>;
export type LocalApi = {
  url: string;
  port: number;
  keys: ApiKeys;
  database: TestDatabase;
  appends(): number;
  /** Puts a record into a topic past the API. */
  put(value: string): Promise<void>;
  stored(): Promise<void>;
  close(): Promise<void>;
};

/** Starts it, without a process of its own. */
export async function openLocalApi(): Promise<LocalApi> {
  process.env.POWERTOOLS_LOG_LEVEL ??= 'SILENT';
  process.env.POWERTOOLS_METRICS_DISABLED ??= 'true';
  const database = await openTestDatabase();
  const log = await openEmbeddedLog(await mkdtemp(join(inject('runFolder'), 'api-log-')));
  const put = putIntoEmbeddedLog(log);
  const port = await freePort();
  const { keys, entries } = makeKeys();
  const channel = createLocalChannel();
  const { writerUrl, readerUrl, biUrl, catalogueUrl, peopleUrl } = database;
  const api = await serveApi(
    {
      ...{ port, origins: [SHOP_ORIGIN], keyEntries: entries, defaultCurrencies: {}, signingSecret: SIGNING_SECRET },
      ...{ publishableKey: keys.pk, secretKey: keys.sk, brokers: [] },
      ...{ writerUrl, readerUrl, biUrl, catalogueUrl, peopleUrl },
    },
    { publisher: createEmbeddedPublisher(log), checks: {}, channel, putRecord: put },
  );
  const consumers = await consumersOn(log, writerUrl);
  return {
    ...{ url: `http://127.0.0.1:${port}`, port, keys, database },
    appends: log.version,
    put,
    async stored() {
      for (let waitedMs = 0; waitedMs < STORED_WITHIN_MS; waitedMs += POLL_MS) {
        if (await isRead(log)) return;
        await sleep(POLL_MS);
      }
      throw new Error(`the consumers did not come to the end of the log within ${STORED_WITHIN_MS} ms`);
    },
    async close() {
      await consumers.stop();
      await api.stop();
      await log.close();
      await database.close();
    },
  };
}

function consumersOn(log: EmbeddedLog, writerUrl: string) {
  const [source, database, quiet] = [createEmbeddedSource(log), createNeonDatabase(writerUrl), () => undefined];
  return runConsumers({ source, brokers: [], database, log: quiet, observe: quiet });
}

/** True when every consumer has committed all that its topic holds. */
async function isRead(log: EmbeddedLog): Promise<boolean> {
  for (const topic of topicNames)
    for (let partition = 0; partition < topics[topic].partitions; partition += 1) {
      const rest = await log.read(topic, partition, log.committed(GROUPS[topic], topic, partition), 1);
      if (rest.length > 0) return false;
    }
  return true;
}

/** One key of each class, one that is being replaced, and one that was taken out. */
function makeKeys(): { keys: ApiKeys; entries: StoredKey[] } {
  const page = addKey([], { keyClass: 'pk', source: 'web', origins: [SHOP_ORIGIN] });
  const revoked = addKey(page.entries, { keyClass: 'sk', source: 'shop', origins: [] });
  const old = addKey(revoked.entries, { keyClass: 'sk', source: 'shop', origins: [] });
  const left = removeKey(old.entries, keyIdOf(hashKey(revoked.key)));
  const server = addKey(left, { keyClass: 'sk', source: 'shop', origins: [] });
  const admin = addKey(server.entries, { keyClass: 'ak', source: 'admin', origins: [] });
  const keys = { pk: page.key, revoked: revoked.key, old: old.key, sk: server.key, ak: admin.key };
  return { keys, entries: admin.entries };
}
