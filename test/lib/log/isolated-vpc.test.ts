import { expect, test } from 'vitest';
import { evaluate } from '../evaluate.ts';
import { propertiesOf, resourcesOf } from '../stack-template.ts';
import { synthesized } from '../synthesized.ts';

const WAYS_OUT = [
  'AWS::EC2::InternetGateway',
  'AWS::EC2::EgressOnlyInternetGateway',
  'AWS::EC2::NatGateway',
  'AWS::EC2::Route',
  'AWS::EC2::TransitGatewayAttachment',
  'AWS::EC2::VPCPeeringConnection',
  'AWS::EC2::EIP',
];
const stage = await synthesized('express');

test('has a subnet in each of three zones, which three brokers need', () => {
  const zones = propertiesOf(stage.data, 'AWS::EC2::Subnet').map((subnet) => evaluate(stage, 'data', subnet));
  expect(zones).toMatchObject(
    ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'].map((AvailabilityZone) => ({
      AvailabilityZone,
      MapPublicIpOnLaunch: false,
    })),
  );
});

test('has no way out but the free one to S3, from every subnet', () => {
  for (const type of WAYS_OUT) expect(resourcesOf(stage.data, type), type).toEqual({});
  const tables = Object.keys(resourcesOf(stage.data, 'AWS::EC2::RouteTable'));
  const endpoints = propertiesOf(stage.data, 'AWS::EC2::VPCEndpoint').map((one) => evaluate(stage, 'data', one));
  expect(tables).toHaveLength(3);
  expect(endpoints).toEqual([
    expect.objectContaining({
      VpcEndpointType: 'Gateway',
      ServiceName: 'com.amazonaws.eu-west-1.s3',
      RouteTableIds: tables.map((id) => `<${id}>`),
    }),
  ]);
});

test.each(['msk', 'kafka'] as const)('is not made where the log is %s that was there', async (profile) => {
  const { data } = await synthesized(profile);
  expect(resourcesOf(data, 'AWS::EC2::VPC')).toEqual({});
});
