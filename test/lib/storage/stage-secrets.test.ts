import { describe, expect, test } from 'vitest';
import { evaluate } from '../evaluate.ts';
import { profileNames } from '../profiles.ts';
import { propertiesOf, resourcesOf } from '../stack-template.ts';
import { synthesized } from '../synthesized.ts';

/** What a secret looks like, each with one that must be found. */
const patterns = {
  'a connection string': [/[a-z]+:\/\/[^/\s"]*:[^/\s"]*@/i, 'postgresql://owner:hunter2@db.shop.example/shop'],
  'a key of ours': [/\b(pk|sk|ak)_[A-Za-z0-9_-]{16,}/, 'sk_0123456789abcdefghij'],
  'a key of AWS': [/\b(AKIA|ASIA)[A-Z0-9]{16}\b/, 'AKIAABCDEFGHIJKLMNOP'],
  'a private key': [/-----BEGIN [A-Z ]+-----/, '-----BEGIN PRIVATE KEY-----'],
  'a value of a secret': [/\{\{resolve:(secretsmanager|ssm-secure)/, '{{resolve:secretsmanager:a}}'],
  'a password': [/password["'\\]*\s*[:=]\s*["'\\]*[^"'\\\s,}{]/i, '"password": "hunter2"'],
} as const satisfies Record<string, [RegExp, string]>;

describe.each(profileNames)('with %s', async (profile) => {
  const stage = await synthesized(profile);

  test.each(Object.entries(patterns))('no template holds %s', (_, [pattern, example]) => {
    expect(example).toMatch(pattern);
    for (const { Resources, Outputs } of [stage.data, stage.app])
      expect(JSON.stringify({ Resources, Outputs })).not.toMatch(pattern);
  });

  test('functions are told where secrets are, and nothing of what is in them', () => {
    const told = propertiesOf(stage.app, 'AWS::Lambda::Function').flatMap(({ Environment }) =>
      Object.entries((Environment as { Variables: Record<string, unknown> } | undefined)?.Variables ?? {}),
    );
    const ofSecrets = told.filter(
      ([name, value]) => /SECRET|KEY|TOKEN|PASSWORD|URL/.test(name) || /secret/i.test(JSON.stringify(value)),
    );
    expect(ofSecrets.length).toBeGreaterThan(5);
    for (const [name, value] of ofSecrets) {
      expect(name).toMatch(/_SECRET_ARNS?$/);
      const arns = JSON.stringify(evaluate(stage, 'app', value)).match(/arn:[^"\\]+/g) ?? [];
      expect(arns.length, name).toBeGreaterThan(0);
      for (const arn of arns) expect(arn).toMatch(/^arn:aws:secretsmanager:[\w-]+:\d{12}:secret:[\w/-]+$/);
    }
  });

  test('the app tells its address, and the data stack what the app asks it for', () => {
    expect(Object.keys(stage.app.Outputs ?? {})).toEqual(['ApiUrl']);
    for (const output of Object.values(stage.data.Outputs ?? {})) expect(output).toHaveProperty('Export');
  });
});

test('passwords are made by Secrets Manager; what is made out of a template is not', async () => {
  const { data } = await synthesized('express');
  const { SecretsApiKeys7AB8F12A: apiKeys, ...others } = resourcesOf(data, 'AWS::SecretsManager::Secret');
  for (const { Properties } of Object.values(others)) {
    expect(Properties).not.toHaveProperty('SecretString');
    expect(Properties).toMatchObject({ GenerateSecretString: { PasswordLength: 40, ExcludePunctuation: true } });
  }
  // Whoever changes anything of it has to find out first whether that update puts the empty list back over the keys.
  expect(apiKeys?.Properties).toEqual({
    Name: 'bazaarstream/prod/api-keys',
    Description: 'digests of the API keys, with class, source and origins',
    SecretString: '[]',
    Tags: [
      { Key: 'application', Value: 'bazaarstream' },
      { Key: 'stage', Value: 'prod' },
    ],
  });
});
