import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { EventSourceMappingOptions, IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IDependable } from 'constructs';
import type { Topic } from '../../events/topics.ts';

/** Where a function must stand to reach the brokers. */
export type LogPlacement = { vpc: IVpc; vpcSubnets: SubnetSelection; securityGroups: ISecurityGroup[] };

/** Who a consumer is to the log. A group keeps its place in the topic for as long as it has this name. */
export type LogReader = { topic: Topic; consumerGroup: string };

/** What the app needs to know of the log, whoever runs the brokers. */
export interface EventLog {
  /** What the publisher reads from its environment. */
  readonly publisherEnvironment: Readonly<Record<string, string>>;
  /** Undefined when the brokers are reached from outside of any VPC. */
  readonly placement: LogPlacement | undefined;
  /** What the topics are; undefined where no resource can make them, and a function must, at deploy. */
  readonly topics: IDependable | undefined;
  /** The cluster's name in CloudWatch, where AWS runs the brokers, and how many of them there are. */
  readonly monitored: { clusterName: string; brokers: number | undefined; hasVolumes: boolean } | undefined;
  /** Lets a function write to the three topics, and no more. */
  grantPublish(publisher: IFunction): void;
  /** Lets the mapping of a function read one topic as one group, and no more. */
  grantRead(consumer: IFunction, reader: LogReader): void;
  /** Where a mapping finds the brokers, and how it shows who it is. */
  eventSource(): EventSourceMappingOptions;
}
