import { type App, Stack, Validations } from 'aws-cdk-lib';
import type { CfnCluster } from 'aws-cdk-lib/aws-msk';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, test } from 'vitest';
import { addStage } from '../../lib/stage.ts';
import { readStageSettings } from '../../platform/stage-settings.ts';
import { type ProfileName, profileNames } from './profiles.ts';
import { addProfile, createApp } from './synthesize.ts';
import { synthesized } from './synthesized.ts';

/** Findings of cdk-nag that nobody has explained, a line each. */
function findings(app: App): string[] {
  app.synth();
  const { violations } = new AwsSolutionsChecks(app).validateScope(app);
  return violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath}`),
  );
}

describe('cdk-nag', () => {
  test.each(profileNames)('finds nothing in %s that is not explained', (profile) => {
    expect(findings(addProfile(profile).app)).toEqual([]);
  });

  test('looks: a bucket without anything is found, and ends a synthesis that has the checks', () => {
    const app = createApp();
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    new Bucket(new Stack(app, 'Careless'), 'Bucket');
    expect(() => app.synth()).toThrow(/server access logs disabled/);
  });
});

test('what a service would refuse ends the synthesis of a stage', () => {
  const app = createApp();
  const { data } = addStage(app, readStageSettings('dev', { dev: { kafka: { kind: 'standard' } } }));
  const cluster = data.node.findChild('Msk').node.findChild('Cluster') as CfnCluster;
  cluster.numberOfBrokerNodes = 4;
  expect(() => app.synth()).toThrow(/4 brokers do not divide evenly among 3 subnets/);
});

const NAMES = ['FunctionName', 'LogGroupName', 'ClusterName', 'AlarmName', 'DashboardName', 'TopicName', 'Name'];

test('two stages stand beside each other in one account: nothing in them has the same name', async () => {
  const namesIn = async (profile: ProfileName) => {
    const { data, app } = await synthesized(profile);
    const resources = [...Object.values(data.Resources), ...Object.values(app.Resources)];
    // Topics of Kafka are named within their cluster, authorizers within their API.
    const named = resources.filter(({ Type }) => !/^AWS::(MSK::Topic|ApiGatewayV2::Authorizer)$/.test(Type));
    return named
      .flatMap(({ Properties = {} }) => NAMES.flatMap((name) => Properties[name] ?? []))
      .filter((name) => typeof name === 'string');
  };
  const dev = await namesIn('standard');
  const prod = await namesIn('express');
  expect(dev).toEqual(expect.arrayContaining(['bazaarstream-dev', 'bazaarstream-dev-alarms']));
  expect(dev.filter((name) => prod.includes(name))).toEqual([]);
});
