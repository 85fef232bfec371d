/**
 * One Kafka broker or several, each on a JVM of its own, behind proxies that can lose packets: the API's side and the
 * consumers' side reach them by addresses of their own, and so can be cut off one without the other.
 *
 *   const brokers = await startBrokers({ folder, count: 3, log });
 *   brokers.direct, brokers.api, brokers.consumers      // bootstrap addresses
 *   brokers.kill(2)                                     // SIGKILL; it is started again on the same folder and ports
 */
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../local/engines/free-port.ts';
import { startKafkaOnJvm } from '../../local/engines/kafka-maven.ts';
import { writePrivateJson } from '../../local/engines/private-file.ts';
import { supervise } from '../../local/supervise.ts';
import { messageOf } from '../../platform/errors.ts';
import { openTcpProxy, type TcpProxy } from './tcp-proxy.ts';

const LOOPBACK = '127.0.0.1';
const listeners = ['direct', 'api', 'consumers', 'controller'] as const;
type Ports = Record<(typeof listeners)[number], number>;
type Proxies = Record<'api' | 'consumers', TcpProxy>;

export type Brokers = {
  direct: string[];
  api: string[];
  consumers: string[];
  /** One pair for each broker. */
  proxies: readonly Proxies[];
  /** Ends broker `index` (from 0) as a power cut would. */
  kill(index: number): void;
  stop(): Promise<void>;
};

type Node = { ports: Ports; proxies: Proxies; pid: number | undefined; stop(): Promise<void> };

type Options = { folder: string; count: number; log: (text: string) => void };

/** A port that was free may be taken, by whatever connects somewhere, before a broker listens on it. */
const MAX_TRIES = 3;

/** Starts the brokers together, since each waits for a majority of the others. */
export async function startBrokers(options: Options): Promise<Brokers> {
  const nodes = await startNodes(options, 1);
  const addresses = (port: (node: Node) => number) => nodes.map((node) => `${LOOPBACK}:${port(node)}`);
  return {
    direct: addresses((node) => node.ports.direct),
    api: addresses((node) => node.proxies.api.port),
    consumers: addresses((node) => node.proxies.consumers.port),
    proxies: nodes.map(({ proxies }) => proxies),
    kill(index) {
      const pid = nodes[index]?.pid;
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    },
    async stop() {
      await Promise.all(nodes.map((node) => node.stop()));
    },
  };
}

async function startNodes({ folder, count, log }: Options, tries: number): Promise<Node[]> {
  const ports: Ports[] = [];
  const taken = new Set<number>();
  for (let index = 0; index < count; index += 1) ports.push(await distinctPorts(taken));
  const voters = ports.map(({ controller }, index) => `${index + 1}@${LOOPBACK}:${controller}`).join();
  const common = { count, voters, clusterId: randomBytes(16).toString('base64url'), log };
  const place = (id: number) => join(folder, `try-${tries}`, `broker-${id}`);
  const starting = ports.map((own, index) =>
    startNode({ ...common, folder: place(index + 1), ports: own, id: index + 1 }),
  );
  const outcomes = await Promise.allSettled(starting);
  const nodes = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure === undefined) return nodes;
  await Promise.all(nodes.map((node) => node.stop()));
  if (tries === MAX_TRIES) throw failure.reason;
  log(`brokers did not start: ${messageOf(failure.reason)}; trying again on other ports`);
  return startNodes({ folder, count, log }, tries + 1);
}

async function distinctPorts(taken: Set<number>): Promise<Ports> {
  const ports: Partial<Ports> = {};
  for (const listener of listeners) {
    let port = await freePort();
    while (taken.has(port)) port = await freePort();
    taken.add(port);
    ports[listener] = port;
  }
  return ports as Ports;
}

type NodeOptions = Options & { ports: Ports; id: number; voters: string; clusterId: string };

async function startNode(options: NodeOptions): Promise<Node> {
  const { folder, ports, id, clusterId, log } = options;
  const [api, consumers] = await Promise.all([
    openTcpProxy({ host: LOOPBACK, port: ports.api }),
    openTcpProxy({ host: LOOPBACK, port: ports.consumers }),
  ]);
  const closeProxies = () => Promise.all([api.close(), consumers.close()]);
  const node: Node = { ports, proxies: { api, consumers }, pid: undefined, stop: async () => undefined };
  await mkdir(folder, { recursive: true });
  await writePrivateJson(join(folder, 'ports.json'), {
    clusterId,
    brokerPort: ports.direct,
    controllerPort: ports.controller,
  });
  const supervised = await supervise({
    name: `broker ${id}`,
    log,
    start: async () => {
      const started = await startKafkaOnJvm({ folder, properties: propertiesOf(options, { api, consumers }) });
      node.pid = started.process.pid;
      void started.process.exited.then(() => {
        node.pid = undefined;
      });
      return started.process;
    },
  }).catch(async (error: unknown) => {
    await closeProxies();
    throw error;
  });
  node.stop = async () => {
    await supervised.stop();
    await closeProxies();
  };
  return node;
}

function propertiesOf(
  { ports, id, count, voters }: { ports: Ports; id: number; count: number; voters: string },
  proxies: Proxies,
): Record<string, string | number> {
  const at = (name: string, port: number) => `${name}://${LOOPBACK}:${port}`;
  const copies = Math.min(count, 3);
  const inSync = Math.min(count, 2);
  return {
    'node.id': id,
    'controller.quorum.voters': voters,
    listeners: [
      ...[at('DIRECT', ports.direct), at('API', ports.api), at('CONSUMERS', ports.consumers)],
      at('CONTROLLER', ports.controller),
    ].join(),
    'advertised.listeners': [
      ...[at('DIRECT', ports.direct), at('API', proxies.api.port), at('CONSUMERS', proxies.consumers.port)],
    ].join(),
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,DIRECT:PLAINTEXT,API:PLAINTEXT,CONSUMERS:PLAINTEXT',
    'inter.broker.listener.name': 'DIRECT',
    'default.replication.factor': copies,
    'min.insync.replicas': inSync,
    'offsets.topic.replication.factor': copies,
    'transaction.state.log.replication.factor': copies,
    'transaction.state.log.min.isr': inSync,
    // A follower that is gone is noticed within seconds, so that acks=all goes on without it.
    'replica.lag.time.max.ms': 3_000,
  };
}
