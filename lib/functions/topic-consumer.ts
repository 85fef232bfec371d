import { Duration } from 'aws-cdk-lib';
import {
  EventSourceMapping,
  EventSourceMappingLogLevel,
  type IEventSourceDlq,
  MetricType,
  StartingPosition,
} from 'aws-cdk-lib/aws-lambda';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { Topic } from '../../events/topics.ts';
import type { StageSettings } from '../../platform/stage-settings.ts';
import type { EventLog } from '../log/event-log.ts';
import { BundledFunction, functionNameOf } from './bundled-function.ts';
import { databaseEnvironment } from './database-environment.ts';
import { grantNetworkInterfaces } from './network-interfaces.ts';

/** What the consumer's own retries take: four requests of 25 s at most and two seconds between them. */
const TIMEOUT = Duration.seconds(120);
/** As many as the local trigger hands over; one statement takes them all. With 500 the database works 40 % longer for each event. */
const BATCH_SIZE = 2_000;
/** Half a day before the topic drops a record, its batch goes to the bucket instead of being tried again. */
const MAX_RECORD_AGE = Duration.hours(6 * 24 + 12);
/** Explicit, because infinite retries with a failure destination are silently cut to ten. */
const RETRY_ATTEMPTS = 10_000;

export type TopicConsumerProps = {
  settings: StageSettings;
  topic: Topic;
  name: string;
  log: EventLog;
  writerSecret: Secret;
  failures: IEventSourceDlq;
};

/** The function that works off one topic, and the mapping that feeds it. */
export class TopicConsumer extends Construct {
  readonly function: BundledFunction;
  readonly topic: Topic;
  readonly name: string;

  constructor(scope: Construct, id: string, props: TopicConsumerProps) {
    super(scope, id);
    const { settings, topic, name, log, writerSecret } = props;
    const generation = settings.consumerGeneration === 1 ? '' : String(settings.consumerGeneration);
    const reader = {
      topic,
      consumerGroup: functionNameOf(settings, generation === '' ? name : `${name}-${generation}`),
    };
    this.topic = topic;
    this.name = name;
    this.function = new BundledFunction(this, 'Function', {
      settings,
      name,
      folder: `lambdas/${name}`,
      description: `stores the events of ${topic}`,
      timeout: TIMEOUT,
      memoryMib: 512,
      environment: databaseEnvironment(settings, writerSecret),
    });
    writerSecret.grantRead(this.function);
    log.grantRead(this.function, reader);
    if (log.placement !== undefined) grantNetworkInterfaces(this.function, 'mapping');
    // Lambda cannot give a mapping another group: another one takes its place.
    new EventSourceMapping(this, `Mapping${generation}`, {
      target: this.function,
      ...log.eventSource(),
      kafkaTopic: topic,
      kafkaConsumerGroupId: reader.consumerGroup,
      // The newest alone would lose what comes while the mapping is made.
      startingPosition: StartingPosition.TRIM_HORIZON,
      ...mappingOptions(settings, props.failures),
    });
  }
}

/** Error handling and metrics of the mapping, which exist in provisioned mode alone. */
function mappingOptions({ stage, pollers, batchingWindowSeconds }: StageSettings, failures: IEventSourceDlq) {
  return {
    batchSize: BATCH_SIZE,
    ...(batchingWindowSeconds === undefined ? {} : { maxBatchingWindow: Duration.seconds(batchingWindowSeconds) }),
    bisectBatchOnError: true,
    retryAttempts: RETRY_ATTEMPTS,
    maxRecordAge: MAX_RECORD_AGE,
    onFailure: failures,
    supportS3OnFailureDestination: true,
    logLevel: EventSourceMappingLogLevel.WARN,
    metricsConfig: { metrics: [MetricType.EVENT_COUNT, MetricType.ERROR_COUNT, MetricType.KAFKA_METRICS] },
    // One group for the three mappings, so that they share a poller unit instead of paying for three.
    provisionedPollerConfig: {
      minimumPollers: pollers.min,
      maximumPollers: pollers.max,
      pollerGroupName: `bazaarstream-${stage}`,
    },
  };
}
