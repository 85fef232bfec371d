import { Fn, type RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type ISecurityGroup, type IVpc, Peer, Port, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { KafkaSettings } from '../../platform/stage-settings.ts';
import { s3PrefixList } from './aws-lookups.ts';
import type { EventLog } from './event-log.ts';
import { IsolatedVpc } from './isolated-vpc.ts';
import { type ClusterSettings, MskCluster } from './msk-cluster.ts';
import { MskLog } from './msk-log.ts';
import { MskTopics } from './msk-topics.ts';
import { ScramLog } from './scram-log.ts';

/** Brokers take IAM over TLS here. */
const IAM_PORT = Port.tcp(9098);

export type LogProps = { clusterName: string; settings: KafkaSettings; removalPolicy: RemovalPolicy };

/** Makes the log that the settings ask for: a cluster of our own, topics in one that is there, or neither. */
export function createLog(scope: Construct, props: LogProps): EventLog {
  const { settings } = props;
  if (settings.kind === 'kafka')
    return new ScramLog({
      bootstrapServers: settings.bootstrapServers,
      replicationFactor: settings.replicationFactor,
      credentials: Secret.fromSecretNameV2(scope, 'KafkaCredentials', settings.secretName),
    });
  return settings.kind === 'msk' ? inCluster(scope, props, settings) : withCluster(scope, props, settings);
}

function withCluster(scope: Construct, { clusterName, removalPolicy }: LogProps, settings: ClusterSettings): MskLog {
  const { vpc } = new IsolatedVpc(scope, 'Network');
  const brokerGroup = new SecurityGroup(scope, 'BrokerSecurityGroup', {
    vpc,
    allowAllOutbound: false,
    description: 'MSK brokers and the event pollers of Lambda, which take this group from the cluster',
  });
  brokerGroup.connections.allowInternally(IAM_PORT, 'pollers to brokers');
  brokerGroup.connections.allowTo(
    Peer.prefixList(s3PrefixList(scope)),
    Port.tcp(443),
    'failed batches to their bucket',
  );
  const cluster = new MskCluster(scope, 'Msk', {
    clusterName,
    settings,
    vpc,
    removalPolicy,
    securityGroup: brokerGroup,
  });
  return new MskLog({
    clusterArn: cluster.clusterArn,
    monitored: { brokers: cluster.brokers, hasVolumes: settings.kind === 'standard' },
    topics: new MskTopics(scope, 'Topics', {
      clusterArn: cluster.clusterArn,
      isExpress: settings.kind === 'express',
      removalPolicy,
    }),
    placement: {
      vpc,
      vpcSubnets: { subnets: vpc.isolatedSubnets },
      securityGroups: [publisherGroup(scope, vpc, brokerGroup)],
    },
  });
}

function inCluster(
  scope: Construct,
  { removalPolicy }: LogProps,
  settings: Extract<KafkaSettings, { kind: 'msk' }>,
): MskLog {
  const { clusterArn, vpcId, subnetIds, securityGroupId, bootstrapServers } = settings;
  const availabilityZones = subnetIds.map((_, index) => Fn.select(index, Fn.getAzs()));
  const vpc = Vpc.fromVpcAttributes(scope, 'Vpc', { vpcId, availabilityZones, isolatedSubnetIds: subnetIds });
  Validations.of(vpc).acknowledge({
    id: '@aws-cdk/aws-ec2:noSubnetRouteTableId',
    reason: 'nothing is routed: functions are placed in the subnets, that is all',
  });
  const brokerGroup = SecurityGroup.fromSecurityGroupId(scope, 'BrokerSecurityGroup', securityGroupId);
  return new MskLog({
    clusterArn,
    bootstrapServers,
    topics: new MskTopics(scope, 'Topics', { clusterArn, isExpress: settings.isExpress, removalPolicy }),
    placement: {
      vpc,
      vpcSubnets: { subnets: vpc.isolatedSubnets },
      securityGroups: [publisherGroup(scope, vpc, brokerGroup)],
    },
  });
}

/** The group of functions that publish: out to the brokers, and nowhere else. */
function publisherGroup(scope: Construct, vpc: IVpc, brokers: ISecurityGroup): SecurityGroup {
  const group = new SecurityGroup(scope, 'PublisherSecurityGroup', {
    vpc,
    allowAllOutbound: false,
    description: 'functions that write to the log',
  });
  group.connections.allowTo(brokers, IAM_PORT, 'publisher to brokers');
  return group;
}
