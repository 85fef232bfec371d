import { join } from 'node:path';
import { freePort } from '../../../local/engines/free-port.ts';
import type { Target } from '../../../local/sender/target.ts';
import type { ChildSettings } from '../../../local/system/child-settings.ts';
import { keyEntries, loadSecrets } from '../../../local/system/secrets.ts';
import type { Brokers } from '../../brackets/brokers.ts';
import type { Control } from '../controls/control.ts';
import type { Stage } from '../engines/stage.ts';
import { freshTopics } from '../engines/topics.ts';
import { createShopDatabase, type DatabaseOptions, type ShopDatabase } from './database.ts';
import { type Service, startService } from './service.ts';
import { type SqlProxy, startSqlProxy } from './sql-proxy.ts';

/** The whole way of an event, for one scenario: API, Kafka, consumers, database, with a fault layer at each joint. */
export type Shop = {
  stage: Stage;
  database: ShopDatabase;
  brokers: Brokers;
  sql: SqlProxy;
  target: Target;
  api: Service;
  consumers: Service;
  /** One more process of consumers, in the same groups. */
  moreConsumers(): Promise<Service>;
  close(): Promise<void>;
};

export type ShopOptions = {
  brokers: number;
  database: DatabaseOptions;
  control: Control | undefined;
  prepare: (database: ShopDatabase) => Promise<void>;
};

/** Opens a shop with an empty database and empty topics. */
export async function openShop(stage: Stage, options: ShopOptions): Promise<Shop> {
  const { control } = options;
  const parts: { stop(): Promise<void> }[] = [];
  const close = async () => {
    for (const part of parts.reverse()) await part.stop();
  };
  try {
    const brokers = await stage.brokers(options.brokers);
    await freshTopics(brokers.direct);
    const database = await createShopDatabase(stage, options.database);
    parts.push({ stop: database.drop });
    for (const statement of control?.ddl ?? []) await database.rows(statement);
    await options.prepare(database);
    const sql = await startSqlProxy(stage.endpoint);
    sql.control = control?.sql;
    parts.push({ stop: sql.close });
    const settings = await settingsOf(stage, database, sql);
    const start = async (role: 'api' | 'consumers') => {
      const own = { ...settings, brokers: brokers[role] };
      const isBroken = control?.services === `hasty-${role}`;
      const logFile = join(stage.folder, `${database.name}-${role}.log`);
      const service = await startService({ role, isBroken, settings: own, logFile, log: stage.log });
      parts.push(service);
      return service;
    };
    const [consumers, api] = await Promise.all([start('consumers'), start('api')]);
    const { keys } = await loadSecrets(stage.folder);
    const target = { url: `http://127.0.0.1:${settings.port}`, key: keys.sk };
    return { stage, database, brokers, sql, target, api, consumers, moreConsumers: () => start('consumers'), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function settingsOf(
  stage: Stage,
  database: ShopDatabase,
  neon: SqlProxy,
): Promise<Omit<ChildSettings, 'brokers'>> {
  const secrets = await loadSecrets(stage.folder);
  const { fetchEndpoint, wsProxy } = neon;
  return {
    port: await freePort(),
    origins: [],
    keyEntries: keyEntries(secrets, []),
    defaultCurrencies: {},
    publishableKey: secrets.keys.pk,
    secretKey: secrets.keys.sk,
    signingSecret: secrets.signingSecret,
    writerUrl: database.roleUrl('bazaar_writer'),
    readerUrl: database.roleUrl('bazaar_reader'),
    biUrl: database.roleUrl('bazaar_bi'),
    catalogueUrl: database.roleUrl('bazaar_catalogue'),
    peopleUrl: database.roleUrl('bazaar_people'),
    neon: { fetchEndpoint, wsProxy },
  };
}
