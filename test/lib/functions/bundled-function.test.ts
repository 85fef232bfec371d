import { describe, expect, test } from 'vitest';
import { profileNames } from '../profiles.ts';
import { propertiesOf, resourcesOf } from '../stack-template.ts';
import { synthesized } from '../synthesized.ts';

describe.each(profileNames)('each function with %s', async (profile) => {
  const { app } = await synthesized(profile);
  const functions = propertiesOf(app, 'AWS::Lambda::Function').filter((properties) => 'FunctionName' in properties);

  test('runs on Arm, on the Node that it is tested on', () => {
    expect(functions).toHaveLength(profile === 'kafka' ? 13 : 12);
    const [major] = process.versions.node.split('.');
    for (const { Architectures, Runtime } of functions)
      expect({ Architectures, Runtime }).toEqual({ Architectures: ['arm64'], Runtime: `nodejs${major}.x` });
  });

  test('logs JSON to a group of its own name, which forgets after 30 days', () => {
    const groups = resourcesOf(app, 'AWS::Logs::LogGroup');
    for (const { FunctionName, LoggingConfig } of functions) {
      const { LogFormat, LogGroup } = LoggingConfig as { LogFormat: string; LogGroup: { Ref: string } };
      expect(LogFormat).toBe('JSON');
      expect(groups[LogGroup.Ref]).toMatchObject({
        Properties: { LogGroupName: `/aws/lambda/${FunctionName}`, RetentionInDays: 30 },
        DeletionPolicy: 'Delete',
      });
    }
  });

  test('has a role of its own', () => {
    const roles = functions.map(({ Role }) => JSON.stringify(Role));
    expect(new Set(roles).size).toBe(functions.length);
  });
});
