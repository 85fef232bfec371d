import { Fn, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { StageSettings } from '../platform/stage-settings.ts';
import { createLog } from './log/create-log.ts';
import type { EventLog } from './log/event-log.ts';
import { ZONES } from './log/isolated-vpc.ts';
import { FailedBatches } from './storage/failed-batches.ts';
import { StageSecrets } from './storage/stage-secrets.ts';

/** What keeps data and changes rarely: the log, the bucket of failed batches, the secrets. No deploy of the app touches it. */
export class DataStack extends Stack {
  readonly log: EventLog;
  readonly failedBatches: FailedBatches;
  readonly secrets: StageSecrets;
  private readonly zones: string[] | undefined;

  constructor(scope: Construct, id: string, { settings, ...props }: StackProps & { settings: StageSettings }) {
    super(scope, id, props);
    this.zones = settings.availabilityZones;
    // Kept, but for what a first deploy made that failed: its names would be in the way of the next try.
    const removalPolicy = settings.stage === 'prod' ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
    this.log = createLog(this, {
      clusterName: `bazaarstream-${settings.stage}`,
      settings: settings.kafka,
      removalPolicy,
    });
    this.failedBatches = new FailedBatches(this, 'FailedBatches', { removalPolicy });
    this.secrets = new StageSecrets(this, 'Secrets', settings, removalPolicy);
  }

  /** Without an account and region CDK assumes two zones, which three brokers cannot use. */
  override get availabilityZones(): string[] {
    return this.zones ?? Array.from({ length: ZONES }, (_, index) => Fn.select(index, Fn.getAzs()));
  }
}
