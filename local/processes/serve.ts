import { createCoalescingPublisher } from '../../ingestion/coalescing-publisher.ts';
import { createKafkaHealth } from '../../ingestion/kafka-health.ts';
import { createKafkaPublisher } from '../../ingestion/kafka-publisher.ts';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import { openEmbeddedLog } from '../engines/embedded-log.ts';
import { createEmbeddedPublisher } from '../engines/embedded-publisher.ts';
import { putIntoEmbeddedLog, putIntoKafka } from '../engines/put-record.ts';
import { useNeonEndpoint } from '../neon/endpoint.ts';
import { readChildSettings } from '../system/child-settings.ts';
import { DEFAULT_DELIVERY } from '../trigger/deliver.ts';
import { createEmbeddedSource } from '../trigger/embedded-source.ts';
import { createKafkaSource } from '../trigger/kafka-source.ts';
import { createLocalChannel, createProcessChannel } from '../ways/channel.ts';
import { reportInvocations } from '../ways/report-invocations.ts';
import { serveApi } from './api.ts';
import { runConsumers } from './consumers.ts';

/** A child process of `npm start`: `serve.ts [consumers] [api]`. Says "ready" to its parent; ends on SIGTERM. */
const settings = readChildSettings(process.env);
const roles = process.argv.slice(2);
if (settings.neon !== undefined) useNeonEndpoint(settings.neon);
const { brokers } = settings;
const embedded = settings.embeddedFolder === undefined ? undefined : await openEmbeddedLog(settings.embeddedFolder);
const log = (message: string) => console.error(new Date().toISOString(), message);
const running: { stop(): Promise<void> }[] = [];
const channel = roles.length > 1 ? createLocalChannel() : createProcessChannel();

if (roles.includes('consumers')) {
  const source = embedded === undefined ? createKafkaSource(brokers, log) : createEmbeddedSource(embedded);
  const observe = reportInvocations(channel);
  const { writerUrl, batchingWindowMs: windowMs = DEFAULT_DELIVERY.windowMs } = settings;
  const database = createNeonDatabase(writerUrl);
  running.push(await runConsumers({ source, brokers, database, log, observe, settings: { windowMs } }));
}
if (roles.includes('api')) {
  const publisher =
    embedded === undefined
      ? createCoalescingPublisher(createKafkaPublisher({ brokers, clientId: 'api' }))
      : createEmbeddedPublisher(embedded);
  const health = embedded === undefined ? createKafkaHealth({ brokers, clientId: 'health' }) : undefined;
  const putRecord = embedded === undefined ? putIntoKafka(brokers) : putIntoEmbeddedLog(embedded);
  const checks = health === undefined ? {} : { log: health.check };
  running.push(await serveApi(settings, { publisher, checks, channel, putRecord }));
  if (health !== undefined) running.push({ stop: health.close });
}

let isStopping = false;
async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  for (const part of running.reverse()) await part.stop();
  await embedded?.close();
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());
process.send?.('ready');
