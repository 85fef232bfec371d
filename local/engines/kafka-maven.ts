/**
 * A real Kafka broker on a JVM, from Maven Central.
 *
 *   const kafka = await startKafkaOnJvm({ folder, onProgress });   // kafka.brokers, kafka.process.stop()
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { BazaarError, messageOf } from '../../platform/errors.ts';
import { type EngineProcess, endLeftover, startEngineProcess } from './engine-process.ts';
import { freePort } from './free-port.ts';
import { kafkaJars } from './kafka-jars.ts';
import { waitForKafka } from './kafka-ready.ts';
import { readPrivateJson, writePrivateJson } from './private-file.ts';

export type JvmKafka = { brokers: string[]; process: EngineProcess };

/** One more listener for clients, with TLS and passwords or tokens, beside the plaintext one. */
export type SecureListener = {
  port: number;
  /** Lines of server.properties: certificate, mechanisms. */
  properties: Readonly<Record<string, string | number>>;
  /** For `StorageTool format`: users that exist from the start. */
  formatArguments: readonly string[];
};

export type BrokerOptions = {
  folder: string;
  onProgress?: (text: string) => void;
  secureListener?: SecureListener;
  /** Lines of server.properties that replace ours: listeners and quorum of one broker among several. */
  properties?: Readonly<Record<string, string | number>>;
};

const READY_TIMEOUT_MS = 60_000;
const FORMAT_TIMEOUT_MS = 60_000;
const stateSchema = z.object({ clusterId: z.string(), brokerPort: z.int(), controllerPort: z.int() });
type State = z.output<typeof stateSchema>;

/** One broker that is its own controller; a small heap and the serial collector start fastest. */
const JVM_OPTIONS = ['-Xms128m', '-Xmx512m', '-XX:+UseSerialGC', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];

/**
 * Starts the broker on the folder, formatted on first use and continued afterwards on the same ports; one that an
 * earlier, killed start left there is ended first. Listens on 127.0.0.1 only. Throws `BazaarError` (`engine_failed`).
 */
export async function startKafkaOnJvm(options: BrokerOptions): Promise<JvmKafka> {
  const jars = await kafkaJars(options.onProgress ?? (() => undefined));
  const folder = resolve(options.folder);
  await mkdir(folder, { recursive: true });
  const recordFile = join(folder, 'process.json');
  // A broker that lost its parent has nothing to hand over: what it acknowledged is in its files.
  await endLeftover({ recordFile, stopSignal: 'SIGTERM' });
  const state = await loadState(join(folder, 'ports.json'));
  const properties = join(folder, 'server.properties');
  await writeFile(properties, serverProperties(folder, state, options));
  const isFormatted = await access(join(folder, 'data/meta.properties')).then(
    () => true,
    () => false,
  );
  if (!isFormatted) await format(jars, properties, state.clusterId, options.secureListener?.formatArguments ?? []);
  const logFile = join(folder, 'server.log');
  const server = await startEngineProcess({
    name: 'kafka',
    command: 'java',
    args: [...JVM_OPTIONS, '-cp', join(jars, '*'), 'kafka.Kafka', properties],
    recordFile,
    logFile,
    stopSignal: 'SIGTERM',
  });
  const brokers = [`127.0.0.1:${state.brokerPort}`];
  await waitOrStop(server, brokers, logFile);
  return { brokers, process: server };
}

async function loadState(file: string): Promise<State> {
  const known = await readPrivateJson(file, stateSchema);
  const brokerPort = await freePort(known?.brokerPort);
  let controllerPort = await freePort(known?.controllerPort);
  while (controllerPort === brokerPort) controllerPort = await freePort();
  const clusterId = known?.clusterId ?? randomBytes(16).toString('base64url');
  const state = { clusterId, brokerPort, controllerPort };
  await writePrivateJson(file, state);
  return state;
}

function serverProperties(folder: string, { brokerPort, controllerPort }: State, options: BrokerOptions): string {
  const { secureListener: secure, properties: replacing } = options;
  const forClients = [`PLAINTEXT://127.0.0.1:${brokerPort}`];
  if (secure !== undefined) forClients.push(`SASL_SSL://127.0.0.1:${secure.port}`);
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: [...forClients, `CONTROLLER://127.0.0.1:${controllerPort}`].join(),
    'advertised.listeners': forClients.join(),
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL',
    'log.dirs': join(folder, 'data'),
    'auto.create.topics.enable': false,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000,
    // A broker that was killed may register again only when its last session has run out (9 s by default).
    'broker.session.timeout.ms': 2000,
    'broker.heartbeat.interval.ms': 500,
    'num.network.threads': 2,
    'num.io.threads': 4,
    // Committed offsets must outlive a long holiday of a laptop.
    'offsets.retention.minutes': 60 * 24 * 30,
    ...secure?.properties,
    ...replacing,
  };
  return Object.entries(properties)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

async function format(jars: string, properties: string, clusterId: string, more: readonly string[]): Promise<void> {
  const args = [
    '-cp',
    join(jars, '*'),
    'kafka.tools.StorageTool',
    'format',
    '--ignore-formatted',
    // In one argument: one id in 64 begins with a hyphen, and would be taken for an option.
    `--cluster-id=${clusterId}`,
    '-c',
    properties,
    ...more,
  ];
  await promisify(execFile)('java', args, { timeout: FORMAT_TIMEOUT_MS }).catch((cause: unknown) => {
    throw new BazaarError('engine_failed', `kafka storage could not be formatted: ${messageOf(cause)}`, { cause });
  });
}

async function waitOrStop(server: EngineProcess, brokers: string[], logFile: string): Promise<void> {
  const ended = new AbortController();
  server.exited.then(() => ended.abort());
  try {
    await waitForKafka(brokers, READY_TIMEOUT_MS, ended.signal);
  } catch (cause) {
    await server.stop();
    throw new BazaarError('engine_failed', `kafka did not start: ${messageOf(cause)}; its log is ${logFile}`, {
      cause,
    });
  }
}
