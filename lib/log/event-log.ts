import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { EventSourceMappingOptions, IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct, IDependable } from 'constructs';
import type { Topic } from '../../events/topics.ts';

/** Where a function must stand to reach the brokers. */
export type LogPlacement = { vpc: IVpc; vpcSubnets: SubnetSelection; securityGroups: ISecurityGroup[] };

/** Who a consumer is to the log. A group keeps its place in the topic for as long as it has this name. */
export type LogReader = { topic: Topic; consumerGroup: string };

/** What the app needs to know of the log, whoever runs the brokers. */
export interface EventLog {
  /** Undefined when the brokers are reached from outside of any VPC. */
  readonly placement: LogPlacement | undefined;
  /** The topics; or, where no resource can stand for them and a function must make them, with how many copies. */
  readonly topics: IDependable | { replicationFactor: number };
  /** Brokers that are ours to watch: the cluster's name in CloudWatch, how many there are, and whether they can run full. */
  readonly monitored: { clusterName: string; brokers: number; hasVolumes: boolean } | undefined;
  /** What a function that publishes reads from its environment. What has to be looked up for it stands in `scope`. */
  publisherEnvironment(scope: Construct): Record<string, string>;
  /** Lets a function write to the three topics, and no more. */
  grantPublish(publisher: IFunction): void;
  /** Lets the mapping of a function read one topic as one group, and no more. */
  grantRead(consumer: IFunction, reader: LogReader): void;
  /** Where a mapping finds the brokers, and how it shows who it is. */
  eventSource(): EventSourceMappingOptions;
}
