import { Annotations, type IAspect, Stack, Token } from 'aws-cdk-lib';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { CfnCluster, CfnTopic } from 'aws-cdk-lib/aws-msk';
import type { IConstruct } from 'constructs';

/**
 * What the services would refuse, or silently do otherwise, and neither CDK nor a linter of templates sees. Each breach
 * is an error of the synthesis, so that it is found before anything is deployed.
 */
export class ServiceLimits implements IAspect {
  visit(node: IConstruct): void {
    for (const problem of problemsOf(node)) Annotations.of(node).addError(problem);
  }
}

function problemsOf(node: IConstruct): string[] {
  const resolve = <T>(value: T): T => Stack.of(node).resolve(value);
  if (node instanceof CfnCluster) return clusterProblems(node, resolve);
  if (node instanceof CfnTopic) return topicProblems(node);
  if (node instanceof CfnEventSourceMapping) return mappingProblems(node, resolve);
  return [];
}

type Resolve = <T>(value: T) => T;

/** MSK: brokers stand evenly in their zones; Express has three zones and no volumes of its own. */
function clusterProblems(cluster: CfnCluster, resolve: Resolve): string[] {
  const nodes: CfnCluster.BrokerNodeGroupInfoProperty = resolve(cluster.brokerNodeGroupInfo) as never;
  const zones = nodes.clientSubnets.length;
  const isExpress = nodes.instanceType.startsWith('express.');
  const hasVolume = nodes.storageInfo !== undefined;
  return [
    ...problem(zones < 2 || zones > 3, `brokers stand in ${zones} subnets; allowed: 2 or 3, each in another zone`),
    ...problem(
      cluster.numberOfBrokerNodes % zones !== 0,
      `${cluster.numberOfBrokerNodes} brokers do not divide evenly among ${zones} subnets`,
    ),
    ...problem(isExpress && zones !== 3, `express brokers stand in ${zones} subnets; allowed: 3`),
    ...problem(isExpress && hasVolume, 'express brokers take no storageInfo; leave it out'),
    ...problem(!isExpress && !hasVolume, 'standard brokers need storageInfo with a volume size'),
    ...problem(
      nodes.instanceType === 'kafka.t3.small',
      'kafka.t3.small takes 4 new IAM connections a second; use m5 or m7g',
    ),
  ];
}

/** MSK: `configs` of a topic is base64 of a map of strings, which the service says only when it makes the topic. */
function topicProblems(topic: CfnTopic): string[] {
  if (topic.configs === undefined || Token.isUnresolved(topic.configs)) return [];
  return problem(!isMapOfStrings(topic.configs), 'configs of a topic must be base64 of a JSON map of strings');
}

function isMapOfStrings(base64: string): boolean {
  try {
    const value: unknown = JSON.parse(Buffer.from(base64, 'base64').toString());
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isMap && Object.values(value).every((entry) => typeof entry === 'string');
  } catch {
    return false;
  }
}

const DEFAULT_BATCH_SIZE = 100;
const MAX_BATCH_SIZE = 10_000;
const MAX_MIN_POLLERS = 200;
const DEFAULT_MAX_POLLERS = 200;
const MAX_POLLERS = 2_000;
const provisionedModeOnly = [
  'bisectBatchOnFunctionError',
  'maximumRetryAttempts',
  'maximumRecordAgeInSeconds',
  'functionResponseTypes',
  'metricsConfig',
  'loggingConfig',
] as const;

/** Lambda: error handling of a Kafka mapping exists in provisioned mode alone, which CDK does not ask for. */
function mappingProblems(mapping: CfnEventSourceMapping, resolve: Resolve): string[] {
  if (!readsKafka(mapping)) return [];
  const pollers = resolve(mapping.provisionedPollerConfig) as
    | CfnEventSourceMapping.ProvisionedPollerConfigProperty
    | undefined;
  const unsupported = provisionedModeOnly.filter((name) => mapping[name] !== undefined);
  const { minimumPollers: min = 1, maximumPollers: max = DEFAULT_MAX_POLLERS } = pollers ?? {};
  const { batchSize = DEFAULT_BATCH_SIZE } = mapping;
  return [
    ...problem(
      pollers === undefined && unsupported.length > 0,
      `${unsupported.join(', ')} need provisionedPollerConfig on a Kafka mapping`,
    ),
    ...problem(min < 1 || min > MAX_MIN_POLLERS, `minimumPollers is ${min}; allowed: 1 to ${MAX_MIN_POLLERS}`),
    ...problem(max < min || max > MAX_POLLERS, `maximumPollers is ${max}; allowed: ${min} to ${MAX_POLLERS}`),
    ...problem(
      batchSize < 1 || batchSize > MAX_BATCH_SIZE,
      `batchSize is ${batchSize}; allowed: 1 to ${MAX_BATCH_SIZE}`,
    ),
    ...problem(
      resolve(mapping.destinationConfig) !== undefined && (mapping.maximumRetryAttempts ?? -1) < 0,
      'infinite retries with a failure destination are cut to ten; state maximumRetryAttempts',
    ),
    ...problem(mapping.topics?.length !== 1, 'a mapping reads one topic'),
  ];
}

function readsKafka(mapping: CfnEventSourceMapping): boolean {
  const { topics, amazonManagedKafkaEventSourceConfig, selfManagedEventSource } = mapping;
  return [topics, amazonManagedKafkaEventSourceConfig, selfManagedEventSource].some((value) => value !== undefined);
}

function problem(isOne: boolean, text: string): string[] {
  return isOne ? [text] : [];
}
