import { Duration } from 'aws-cdk-lib';
import { Trigger } from 'aws-cdk-lib/triggers';
import { Construct } from 'constructs';
import type { StageSettings } from '../../platform/stage-settings.ts';
import type { EventLog } from '../log/event-log.ts';
import { BundledFunction } from './bundled-function.ts';

/** Brokers answer within seconds; a cluster that has just been started may need longer. */
const TIMEOUT = Duration.minutes(2);
/** Who waits lets the function end first: else it would be invoked again. */
const TRIGGER_TIMEOUT = Duration.minutes(3);

/** Makes the topics at deploy in a Kafka that no resource of AWS stands for. */
export class TopicSetup extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { settings, log, replicationFactor }: { settings: StageSettings; log: EventLog; replicationFactor: number },
  ) {
    super(scope, id);
    const handler = new BundledFunction(this, 'Function', {
      settings,
      name: 'create-topics',
      folder: 'ingestion/create-topics',
      description: 'makes the topics that do not exist',
      timeout: TIMEOUT,
      memoryMib: 256,
      environment: { ...log.publisherEnvironment(this), REPLICATION_FACTOR: String(replicationFactor) },
    });
    log.grantPublish(handler);
    new Trigger(this, 'AtDeploy', { handler, timeout: TRIGGER_TIMEOUT });
  }
}
