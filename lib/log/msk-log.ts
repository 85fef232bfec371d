import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { EventSourceMappingOptions, IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IDependable } from 'constructs';
import { topicNames } from '../../events/topics.ts';
import type { EventLog, LogPlacement, LogReader } from './event-log.ts';
import { clusterPath } from './msk-cluster.ts';

export type MskLogProps = {
  clusterArn: string;
  bootstrapServers: string;
  placement: LogPlacement;
  topics: IDependable;
  brokers: number | undefined;
  hasVolumes: boolean;
};

/** The log in a cluster of AWS, ours or one that was there. Everybody shows who they are by IAM. */
export class MskLog implements EventLog {
  readonly publisherEnvironment: Readonly<Record<string, string>>;
  readonly placement: LogPlacement;
  readonly topics: IDependable;
  readonly monitored: NonNullable<EventLog['monitored']>;
  private readonly clusterArn: string;

  constructor({ clusterArn, bootstrapServers, placement, topics, brokers, hasVolumes }: MskLogProps) {
    this.clusterArn = clusterArn;
    this.publisherEnvironment = { KAFKA_AUTH: 'iam', KAFKA_BROKERS: bootstrapServers };
    this.placement = placement;
    this.topics = topics;
    this.monitored = { clusterName: clusterPath(clusterArn).name, brokers, hasVolumes };
  }

  grantPublish(publisher: IFunction): void {
    allow(publisher, ['kafka-cluster:Connect'], [this.clusterArn]);
    allow(
      publisher,
      ['kafka-cluster:DescribeTopic', 'kafka-cluster:WriteData'],
      topicNames.map((topic) => this.resourceArn('topic', topic)),
    );
  }

  grantRead(consumer: IFunction, { topic, consumerGroup }: LogReader): void {
    allow(consumer, ['kafka:DescribeClusterV2', 'kafka:GetBootstrapBrokers'], [this.clusterArn]);
    allow(consumer, ['kafka-cluster:Connect', 'kafka-cluster:DescribeClusterDynamicConfiguration'], [this.clusterArn]);
    allow(consumer, ['kafka-cluster:DescribeTopic', 'kafka-cluster:ReadData'], [this.resourceArn('topic', topic)]);
    allow(
      consumer,
      ['kafka-cluster:DescribeGroup', 'kafka-cluster:AlterGroup'],
      [this.resourceArn('group', consumerGroup)],
    );
  }

  eventSource(): EventSourceMappingOptions {
    return { eventSourceArn: this.clusterArn };
  }

  private resourceArn(resource: 'topic' | 'group', name: string): string {
    const cluster = clusterPath(this.clusterArn);
    return Stack.of(this.placement.vpc).formatArn({
      service: 'kafka',
      resource,
      resourceName: `${cluster.name}/${cluster.uuid}/${name}`,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  }
}

function allow(grantee: IFunction, actions: string[], resources: string[]): void {
  grantee.addToRolePolicy(new PolicyStatement({ effect: Effect.ALLOW, actions, resources }));
}
