import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { Topic } from '../../events/topics.ts';
import type { StageSettings } from '../../platform/stage-settings.ts';
import type { DataStack } from '../data-stack.ts';
import { EmrServerlessTraining } from '../training/emr-serverless.ts';
import { BundledFunction } from './bundled-function.ts';
import { databaseEnvironment } from './database-environment.ts';
import { ScheduledRun } from './scheduled-run.ts';
import type { TopicConsumer } from './topic-consumer.ts';
import { TrainingFunction } from './training-function.ts';

/** At night in Europe and America alike, and not on the hour, when everybody's jobs run. */
const MAINTENANCE_TIME = ScheduleExpression.cron({ hour: '3', minute: '17' });
/** Often enough that a short outage heals itself before anybody looks. */
const REPLAY_RATE = ScheduleExpression.rate(Duration.minutes(15));
const REPLAY_TIMEOUT = Duration.minutes(14);
const MAINTENANCE_TIMEOUT = Duration.minutes(15);
/** Not on the hour either; at the hour that is the default, over before the maintenance begins. */
const TRAINING_MINUTE = '41';

type Props = { settings: StageSettings; data: DataStack; consumers: readonly TopicConsumer[] };

/** What runs by the clock. */
export class ScheduledJobs extends Construct {
  readonly maintain: BundledFunction;
  readonly replay: BundledFunction;
  readonly train: TrainingFunction;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.maintain = this.createMaintenance(props);
    this.replay = this.createReplay(props);
    const { settings, data } = props;
    const trainerSecret = data.secrets.roles.trainer;
    this.train = new TrainingFunction(this, 'TrainLambda', { settings, trainerSecret });
    if (settings.training.kind === 'emr-serverless')
      new EmrServerlessTraining(this, 'Spark', {
        settings,
        training: settings.training,
        trainerSecret,
        train: this.train,
      });
    new ScheduledRun(this, 'Maintenance', {
      schedule: MAINTENANCE_TIME,
      target: this.maintain,
      description: 'makes partitions ahead and drops expired ones',
    });
    new ScheduledRun(this, 'Replay', {
      schedule: REPLAY_RATE,
      target: this.replay,
      description: 'replays the batches that Lambda gave up',
    });
    new ScheduledRun(this, 'Training', {
      schedule: ScheduleExpression.cron({ hour: settings.training.hours.join(','), minute: TRAINING_MINUTE }),
      target: this.train,
      description: 'trains the model',
      // What does not fit into its time does not fit the second time either.
      retries: 0,
    });
  }

  private createMaintenance({ settings, data: { secrets } }: Props): BundledFunction {
    const maintain = new BundledFunction(this, 'MaintainLambda', {
      settings,
      name: 'maintain',
      folder: 'lambdas/maintain',
      description: 'makes partitions ahead and drops expired ones',
      timeout: MAINTENANCE_TIMEOUT,
      memoryMib: 256,
      environment: {
        ...databaseEnvironment(settings, secrets.roles.maintainer),
        RETENTION_DAYS: String(settings.retentionDays),
      },
    });
    secrets.roles.maintainer.grantRead(maintain);
    return maintain;
  }

  private createReplay({ settings, data: { failedBatches }, consumers }: Props): BundledFunction {
    const names = consumers.map(({ topic, function: { functionName } }): [Topic, string] => [topic, functionName]);
    const replay = new BundledFunction(this, 'ReplayFailedBatchesLambda', {
      settings,
      name: 'replay-failed-batches',
      folder: 'lambdas/replay-failed-batches',
      description: 'replays the batches that Lambda gave up',
      timeout: REPLAY_TIMEOUT,
      memoryMib: 512,
      environment: {
        FAILED_BATCH_BUCKET: failedBatches.bucket.bucketName,
        CONSUMER_FUNCTIONS: JSON.stringify(Object.fromEntries(names)),
      },
    });
    failedBatches.grantReplay(replay);
    const resources = consumers.map(({ function: { functionArn } }) => functionArn);
    replay.addToRolePolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources }));
    return replay;
  }
}
