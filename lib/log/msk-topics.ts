import type { RemovalPolicy } from 'aws-cdk-lib';
import { CfnTopic } from 'aws-cdk-lib/aws-msk';
import { Construct } from 'constructs';
import { topicNames, topics } from '../../events/topics.ts';

const REPLICATION_FACTOR = 3;

/** The three topics in a cluster of AWS; partitions and retention are those of `events/topics.ts`. */
export class MskTopics extends Construct {
  constructor(
    scope: Construct,
    id: string,
    props: { clusterArn: string; isExpress: boolean; removalPolicy: RemovalPolicy },
  ) {
    super(scope, id);
    for (const topic of topicNames) {
      const { partitions, retentionMs } = topics[topic];
      const configs = {
        'retention.ms': String(retentionMs),
        'cleanup.policy': 'delete',
        // Express brokers fix it at 2 and refuse to be told.
        ...(props.isExpress ? {} : { 'min.insync.replicas': '2' }),
      };
      new CfnTopic(this, topic, {
        clusterArn: props.clusterArn,
        topicName: topic,
        partitionCount: partitions,
        replicationFactor: REPLICATION_FACTOR,
        configs: Buffer.from(JSON.stringify(configs)).toString('base64'),
      }).applyRemovalPolicy(props.removalPolicy);
    }
  }
}
