import { Fn, RemovalPolicy } from 'aws-cdk-lib';
import type { IVpc, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnCluster, CfnConfiguration } from 'aws-cdk-lib/aws-msk';
import { Construct } from 'constructs';
import type { KafkaSettings } from '../../platform/stage-settings.ts';
import { ZONES } from './isolated-vpc.ts';

export type ClusterSettings = Extract<KafkaSettings, { kind: 'express' | 'standard' }>;

export type MskClusterProps = {
  clusterName: string;
  settings: ClusterSettings;
  vpc: IVpc;
  securityGroup: SecurityGroup;
  removalPolicy: RemovalPolicy;
};

/** Express is tried by AWS's own samples with this line; standard brokers run without ZooKeeper from 3.9 on. */
const KAFKA_VERSIONS = { express: '3.8.x', standard: '3.9.x.kraft' } as const;

/** What standard brokers would else do with defaults; Express brokers fix these themselves. */
const SERVER_PROPERTIES = [
  'auto.create.topics.enable=false',
  'default.replication.factor=3',
  'min.insync.replicas=2',
  'unclean.leader.election.enable=false',
].join('\n');

/** A provisioned MSK cluster: IAM alone, TLS alone, a broker in each zone. */
export class MskCluster extends Construct {
  readonly clusterArn: string;
  readonly brokers = ZONES;

  constructor(scope: Construct, id: string, props: MskClusterProps) {
    super(scope, id);
    const { settings, vpc, clusterName } = props;
    const cluster = new CfnCluster(this, 'Cluster', {
      clusterName,
      kafkaVersion: KAFKA_VERSIONS[settings.kind],
      numberOfBrokerNodes: ZONES,
      brokerNodeGroupInfo: {
        instanceType: settings.instanceType,
        clientSubnets: vpc.isolatedSubnets.map(({ subnetId }) => subnetId),
        securityGroups: [props.securityGroup.securityGroupId],
        ...(settings.kind === 'standard'
          ? { storageInfo: { ebsStorageInfo: { volumeSize: settings.volumeGib } } }
          : {}),
      },
      clientAuthentication: { sasl: { iam: { enabled: true } }, unauthenticated: { enabled: false } },
      encryptionInfo: { encryptionInTransit: { clientBroker: 'TLS', inCluster: true } },
      enhancedMonitoring: 'PER_BROKER',
      loggingInfo: { brokerLogs: { cloudWatchLogs: { enabled: true, logGroup: this.brokerLog().logGroupName } } },
      ...(settings.kind === 'standard' ? { configurationInfo: this.configuration(props) } : {}),
    });
    cluster.applyRemovalPolicy(props.removalPolicy);
    this.clusterArn = cluster.attrArn;
  }

  private brokerLog(): LogGroup {
    return new LogGroup(this, 'BrokerLog', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }

  private configuration({ clusterName: name, removalPolicy }: MskClusterProps): CfnCluster.ConfigurationInfoProperty {
    const configuration = new CfnConfiguration(this, 'Configuration', { name, serverProperties: SERVER_PROPERTIES });
    // A cluster that is kept holds on to it: its deletion would fail.
    configuration.applyRemovalPolicy(removalPolicy);
    return {
      arn: configuration.attrArn,
      revision: configuration.getAtt('LatestRevision.Revision') as unknown as number,
    };
  }
}

/** The parts of a cluster's ARN, `arn:…:cluster/NAME/UUID`, of which the ARNs of its topics and groups are made. */
export function clusterPath(clusterArn: string): { name: string; uuid: string } {
  const parts = Fn.split('/', clusterArn);
  return { name: Fn.select(1, parts), uuid: Fn.select(2, parts) };
}
