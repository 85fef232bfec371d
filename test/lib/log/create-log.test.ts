import { expect, test } from 'vitest';
import { evaluate } from '../evaluate.ts';
import type { ProfileName } from '../profiles.ts';
import { propertiesOf, resourcesOf } from '../stack-template.ts';
import { synthesized } from '../synthesized.ts';

type Rule = Record<string, string | number>;

/** Who may reach whom, a line for each rule that stands on its own. */
async function reachable(profile: ProfileName): Promise<{ inbound: string[]; outbound: string[] }> {
  const stage = await synthesized(profile);
  const rulesOf = (type: string) =>
    propertiesOf(stage.data, type).map((properties) => evaluate(stage, 'data', properties) as Rule);
  const ports = ({ IpProtocol, FromPort, ToPort }: Rule) => `${IpProtocol} ${FromPort}-${ToPort}`;
  return {
    inbound: rulesOf('AWS::EC2::SecurityGroupIngress').map(
      (rule) => `${rule.GroupId} from ${rule.SourceSecurityGroupId ?? rule.CidrIp}: ${ports(rule)}`,
    ),
    outbound: rulesOf('AWS::EC2::SecurityGroupEgress').map(
      (rule) =>
        `${rule.GroupId} to ${rule.DestinationSecurityGroupId ?? rule.DestinationPrefixListId ?? rule.CidrIp}: ${ports(rule)}`,
    ),
  };
}

const BROKERS = '<BrokerSecurityGroup40A43BB1.GroupId>';
const PUBLISHER = '<PublisherSecurityGroupEA12AFBC.GroupId>';

test.each(['standard', 'express'] as const)('with %s brokers, each port is open to who needs it', async (profile) => {
  const { inbound, outbound } = await reachable(profile);
  expect(inbound.sort()).toEqual([
    `${BROKERS} from ${BROKERS}: tcp 9098-9098`,
    `${BROKERS} from ${PUBLISHER}: tcp 9098-9098`,
  ]);
  expect(outbound.sort()).toEqual([
    `${BROKERS} to ${BROKERS}: tcp 9098-9098`,
    `${BROKERS} to <S3PrefixList7838D724.PrefixLists.0.PrefixListId>: tcp 443-443`,
    `${PUBLISHER} to ${BROKERS}: tcp 9098-9098`,
  ]);
});

test('in a network that was there, the publisher is let in to the brokers, and out to nowhere else', async () => {
  const { inbound, outbound } = await reachable('msk');
  expect(inbound).toEqual([`sg-0123456789abcdef0 from ${PUBLISHER}: tcp 9098-9098`]);
  expect(outbound).toEqual([`${PUBLISHER} to sg-0123456789abcdef0: tcp 9098-9098`]);
});

test.each(['standard', 'express', 'msk'] as const)('with %s, no group has rules besides', async (profile) => {
  const groups = propertiesOf((await synthesized(profile)).data, 'AWS::EC2::SecurityGroup');
  expect(groups.length).toBeGreaterThan(0);
  for (const group of groups) {
    expect(group).not.toHaveProperty('SecurityGroupIngress');
    expect(group).not.toHaveProperty('SecurityGroupEgress');
  }
});

test('the ingestion function alone stands in the network, in each of its zones', async () => {
  const { app } = await synthesized('express');
  const inside = propertiesOf(app, 'AWS::Lambda::Function').filter((properties) => 'VpcConfig' in properties);
  const anySubnet = expect.objectContaining({ 'Fn::ImportValue': expect.stringContaining('brokersSubnet') });
  expect(inside).toMatchObject([
    { FunctionName: 'bazaarstream-prod-ingestion', VpcConfig: { SubnetIds: [anySubnet, anySubnet, anySubnet] } },
  ]);
  const elsewhere = await synthesized('kafka');
  expect(JSON.stringify(resourcesOf(elsewhere.app, 'AWS::Lambda::Function'))).not.toContain('VpcConfig');
});
