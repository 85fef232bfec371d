import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  AwsCustomResource,
  AwsCustomResourcePolicy,
  type AwsSdkCall,
  PhysicalResourceId,
} from 'aws-cdk-lib/custom-resources';
import { Construct } from 'constructs';
import { acknowledge } from '../checks/acknowledge.ts';

/** The addresses at which a cluster takes IAM over TLS (port 9098); CloudFormation knows no attribute for them. */
export function bootstrapBrokers(scope: Construct, clusterArn: string): string {
  const path = 'BootstrapBrokerStringSaslIam';
  const call = { service: 'kafka', action: 'getBootstrapBrokers', parameters: { ClusterArn: clusterArn } };
  const statement = new PolicyStatement({ actions: ['kafka:GetBootstrapBrokers'], resources: [clusterArn] });
  return lookUp(scope, 'BootstrapBrokers', { ...call, outputPaths: [path] }, statement).getResponseField(path);
}

/** The prefix list of S3 in this region, the only place beyond the network that brokers' subnets may write to. */
export function s3PrefixList(scope: Construct): string {
  const path = 'PrefixLists.0.PrefixListId';
  const name = `com.amazonaws.${Stack.of(scope).region}.s3`;
  const call = {
    service: 'ec2',
    action: 'describeManagedPrefixLists',
    parameters: { Filters: [{ Name: 'prefix-list-name', Values: [name] }] },
  };
  const statement = new PolicyStatement({ actions: ['ec2:DescribeManagedPrefixLists'], resources: ['*'] });
  const prefixList = lookUp(scope, 'S3PrefixList', { ...call, outputPaths: [path] }, statement);
  acknowledge(prefixList, 'IAM5[Resource::*]', 'to list prefix lists knows no resources');
  return prefixList.getResponseField(path);
}

function lookUp(
  scope: Construct,
  id: string,
  call: Omit<AwsSdkCall, 'physicalResourceId'>,
  statement: PolicyStatement,
): AwsCustomResource {
  const { role, logGroup } = lookUpFunction(Stack.of(scope));
  return new AwsCustomResource(scope, id, {
    onUpdate: { ...call, physicalResourceId: PhysicalResourceId.of(id) },
    policy: AwsCustomResourcePolicy.fromStatements([statement]),
    installLatestAwsSdk: false,
    role,
    logGroup,
  });
}

/** All look-ups of a stack are made by one function, which has one log and one role. */
function lookUpFunction(stack: Stack): LookUpFunction {
  const id = 'LookUps';
  const known = stack.node.tryFindChild(id);
  return known instanceof LookUpFunction ? known : new LookUpFunction(stack, id);
}

class LookUpFunction extends Construct {
  readonly logGroup: LogGroup;
  readonly role: Role;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'Log', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const actions = ['logs:CreateLogStream', 'logs:PutLogEvents'];
    this.role.addToPolicy(new PolicyStatement({ actions, resources: [this.logGroup.logGroupArn] }));
  }
}
