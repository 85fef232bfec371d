import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { inject } from 'vitest';
import { warmUpGroups } from '../../local/engines/topics.ts';
import type { SourceRecord } from '../../local/trigger/source.ts';
import { SCRAM_SESSION_MS, SCRAM_USER, startSecureKafka } from '../brackets/secure-kafka.ts';
import type { Deployed } from './cdk.ts';
import { keysCommand } from './keys-command.ts';
import { type Mapping, mappingsIn, poll, type SelfManagedEvent } from './mapping.ts';
import { type ShopClient, shopClient } from './shop-client.ts';
import { type Site, startSite } from './site.ts';

export type KafkaStage = Site & {
  deployed: Deployed;
  shop: ShopClient;
  kafka: Kafka;
  mappings: Mapping[];
  /** The command `npm run keys`, and what it prints. */
  keys(...args: string[]): Promise<string>;
  /** Reads what waits in the topics and hands it to `work`, the consumers by default. */
  consume(work?: (mapping: Mapping, event: SelfManagedEvent) => Promise<unknown>): Promise<SourceRecord[]>;
};

/** Below the broker's sessions, else each request would log in again, which brokers refuse within a second. */
const REAUTHENTICATION_THRESHOLD_MS = SCRAM_SESSION_MS / 3;
const KAFKA_SECRET = 'shop/kafka';

/** The stage `dev` with a Kafka of its own over TLS and SCRAM, deployed; undefined where Python, Java or Maven is missing. */
export async function deployKafkaStage(): Promise<KafkaStage | undefined> {
  const broker = await startSecureKafka({ hasTopics: false });
  if (broker === undefined) return undefined;
  const { brokers, ca } = broker;
  const authorityFile = join(inject('runFolder'), 'authority.pem');
  await writeFile(authorityFile, ca);
  const settings = {
    kind: 'kafka',
    bootstrapServers: brokers,
    secretName: KAFKA_SECRET,
    replicationFactor: 1,
  } as const;
  const site = await startSite('site', { dev: settings }, authorityFile);
  if (site === undefined) {
    await broker.stop();
    return undefined;
  }
  const stop = async () => {
    await site.stop();
    await broker.stop();
  };
  try {
    const sasl = { mechanism: 'scram-sha-512', ...SCRAM_USER } as const;
    const security = { ssl: { ca }, sasl, reauthenticationThreshold: REAUTHENTICATION_THRESHOLD_MS };
    const kafka = new Kafka({ brokers, ...security, logLevel: logLevel.NOTHING });
    return { ...site, ...(await deploy(site, { kafka, brokers })), kafka, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function deploy(site: Site, log: { kafka: Kafka; brokers: string[] }) {
  await site.aws.createSecret(KAFKA_SECRET, JSON.stringify(SCRAM_USER));
  await site.cdk.bootstrap('dev');
  const deployed = await site.cdk.deploy('dev');
  await warmUp(log.kafka);
  const mappings = await mappingsIn(join(site.checkout, 'cdk.out/BazaarDevApp.template.json'));
  const invoke = (mapping: Mapping, event: SelfManagedEvent) => site.aws.invoke(mapping.functionName, event);
  return {
    deployed,
    mappings,
    shop: shopClient(site.ministack, deployed.outputs),
    keys: keysCommand(site, 'dev'),
    async consume(work = invoke) {
      const records: SourceRecord[] = [];
      for (const mapping of mappings) records.push(...(await poll(log, mapping, (event) => work(mapping, event))));
      return records;
    },
  };
}

async function warmUp(kafka: Kafka): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  await warmUpGroups(admin).finally(() => admin.disconnect());
}
