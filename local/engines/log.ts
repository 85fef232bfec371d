/**
 * Which log this machine can offer: KAFKA_BROKERS, else Docker, else Java and Maven, else the embedded one.
 *
 *   const plan = await chooseLog('auto');     // plan.kind, plan.why — nothing is started yet
 */
import { BazaarError } from '../../platform/errors.ts';
import { isDockerAnswering } from './docker-probe.ts';
import { hasJavaAndMaven } from './kafka-jars.ts';

export const logChoices = ['auto', 'kafka', 'embedded'] as const;
export type LogChoice = (typeof logChoices)[number];

/** `why` is one sentence for the person who started the system. */
export type LogPlan = { kind: 'external' | 'docker' | 'jvm' | 'embedded'; brokers: string[]; why: string };

/** What was found on the machine; probes are asked in order and only as far as needed. */
export type Probes = {
  kafkaBrokers: string | undefined;
  isDockerAnswering: () => Promise<boolean>;
  hasJavaAndMaven: () => Promise<boolean>;
};

const machine: Probes = { kafkaBrokers: process.env.KAFKA_BROKERS, isDockerAnswering, hasJavaAndMaven };

/** Decides without starting anything. Throws `BazaarError` (`usage`) when Kafka is asked for and cannot be had. */
export async function chooseLog(choice: LogChoice, probes: Probes = machine): Promise<LogPlan> {
  const brokers = (probes.kafkaBrokers ?? '').split(',').map((broker) => broker.trim());
  if (choice === 'embedded')
    return { kind: 'embedded', brokers: [], why: 'the embedded log, because --log embedded asks for it.' };
  if (brokers.some(Boolean))
    return { kind: 'external', brokers: brokers.filter(Boolean), why: 'Kafka at KAFKA_BROKERS, because it is set.' };
  if (await probes.isDockerAnswering())
    return { kind: 'docker', brokers: [], why: 'Kafka in Docker, because a Docker engine answers.' };
  if (await probes.hasJavaAndMaven())
    return { kind: 'jvm', brokers: [], why: 'Kafka on a JVM, because Java and Maven are here and no Docker answers.' };
  const missing = 'neither KAFKA_BROKERS nor Docker nor Java 17 with Maven';
  if (choice === 'kafka')
    throw new BazaarError('usage', `--log kafka needs one of them, and there is ${missing}; --log embedded needs none`);
  return { kind: 'embedded', brokers: [], why: `the embedded log in files, because there is ${missing}.` };
}
