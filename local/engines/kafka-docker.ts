import { chmod, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import * as z from 'zod';
import { BazaarError, messageOf } from '../../platform/errors.ts';
import { freePort } from './free-port.ts';
import { waitForKafka } from './kafka-ready.ts';
import { readPrivateJson, writePrivateJson } from './private-file.ts';

export type DockerKafka = { brokers: string[]; process: { stop(): Promise<void> } };

const IMAGE = 'confluentinc/cp-kafka:8.0.0';
/** An image that must be fetched first takes a minute or two. */
const START_TIMEOUT_MS = 300_000;
const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_SECONDS = 8;
const CLUSTER_ID = 'YmF6YWFyLWRvY2tlci0wMQ';
const stateSchema = z.object({ brokerPort: z.int() });

/** Starts a single KRaft broker in a container, with its data in the folder. Throws `BazaarError` (`engine_failed`). */
export async function startKafkaInDocker(options: {
  folder: string;
  onProgress?: (text: string) => void;
}): Promise<DockerKafka> {
  const folder = resolve(options.folder);
  const data = join(folder, 'data');
  await mkdir(data, { recursive: true });
  // The image runs as a user of its own, whose id on this machine is nobody's.
  await chmod(data, 0o777);
  const stateFile = join(folder, 'ports.json');
  const brokerPort = await freePort((await readPrivateJson(stateFile, stateSchema))?.brokerPort);
  await writePrivateJson(stateFile, { brokerPort });
  options.onProgress?.(`starting ${IMAGE} in Docker (fetched the first time)`);
  const brokers = [`127.0.0.1:${brokerPort}`];
  const container = await startContainer(data, brokerPort);
  const stop = async () => {
    await container.stop({ timeout: STOP_TIMEOUT_SECONDS * 1000 });
  };
  try {
    await waitForKafka(brokers, READY_TIMEOUT_MS);
  } catch (error) {
    await stop();
    throw error;
  }
  return { brokers, process: { stop } };
}

async function startContainer(data: string, brokerPort: number) {
  // Loaded only here: it is large, and most starts do without.
  const { GenericContainer, Wait } = await import('testcontainers');
  return new GenericContainer(IMAGE)
    .withEnvironment(brokerEnvironment(brokerPort))
    .withExposedPorts({ container: brokerPort, host: brokerPort })
    .withBindMounts([{ source: data, target: '/var/lib/kafka/data' }])
    .withWaitStrategy(Wait.forListeningPorts())
    .withStartupTimeout(START_TIMEOUT_MS)
    .start()
    .catch((cause: unknown) => {
      throw new BazaarError('engine_failed', `kafka did not start in Docker: ${messageOf(cause)}`, { cause });
    });
}

function brokerEnvironment(brokerPort: number): Record<string, string> {
  return {
    CLUSTER_ID,
    KAFKA_NODE_ID: '1',
    KAFKA_PROCESS_ROLES: 'broker,controller',
    KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:29093',
    KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    KAFKA_LISTENERS: `PLAINTEXT://0.0.0.0:${brokerPort},CONTROLLER://localhost:29093`,
    KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${brokerPort}`,
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
    KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
  };
}
