import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { EventSourceMappingOptions, IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct, IDependable } from 'constructs';
import { topicNames } from '../../events/topics.ts';
import { bootstrapBrokers } from './aws-lookups.ts';
import type { EventLog, LogPlacement, LogReader } from './event-log.ts';
import { clusterPath } from './msk-cluster.ts';

export type MskLogProps = {
  clusterArn: string;
  /** Those of port 9098; looked up when absent. */
  bootstrapServers?: readonly string[];
  placement: LogPlacement;
  topics: IDependable;
  monitored?: { brokers: number; hasVolumes: boolean };
};

/** The log in a cluster of AWS, ours or one that was there. Everybody shows who they are by IAM. */
export class MskLog implements EventLog {
  readonly placement: LogPlacement;
  readonly topics: IDependable;
  readonly monitored: EventLog['monitored'];
  private readonly clusterArn: string;
  private readonly bootstrapServers: readonly string[] | undefined;

  constructor({ clusterArn, bootstrapServers, placement, topics, monitored }: MskLogProps) {
    this.clusterArn = clusterArn;
    this.bootstrapServers = bootstrapServers;
    this.placement = placement;
    this.topics = topics;
    this.monitored = monitored && { clusterName: clusterPath(clusterArn).name, ...monitored };
  }

  /** Looked up where they are used: an export of the other stack could not change, and their order may. */
  publisherEnvironment(scope: Construct): Record<string, string> {
    const servers = this.bootstrapServers?.join(',') ?? bootstrapBrokers(scope, this.clusterArn);
    return { KAFKA_AUTH: 'iam', KAFKA_BROKERS: servers };
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
