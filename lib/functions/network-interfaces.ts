import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { acknowledge } from '../checks/acknowledge.ts';
import type { BundledFunction } from './bundled-function.ts';

const INTERFACES = ['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:DescribeNetworkInterfaces'];

/** What Lambda itself does with the role of a function in a network, and with the role of one whose mapping reads there. */
const actionsFor = {
  function: [...INTERFACES, 'ec2:AssignPrivateIpAddresses', 'ec2:DescribeSubnets', 'ec2:UnassignPrivateIpAddresses'],
  mapping: [...INTERFACES, 'ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs'],
} as const;

/**
 * Lets Lambda attach network interfaces in the name of a function or of its mapping, while the function's own code may
 * not: only requests from within its environment carry `lambda:SourceFunctionArn`.
 */
export function grantNetworkInterfaces(target: BundledFunction, user: keyof typeof actionsFor): void {
  const actions = [...actionsFor[user]];
  target.addToRolePolicy(new PolicyStatement({ actions, resources: ['*'] }));
  target.addToRolePolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      actions,
      resources: ['*'],
      conditions: { ArnEquals: { 'lambda:SourceFunctionArn': target.ownArn } },
    }),
  );
  acknowledge(
    target.executionRole,
    'IAM5[Resource::*]',
    'what Lambda does with network interfaces knows no resources; the code of the function is denied it',
  );
}
