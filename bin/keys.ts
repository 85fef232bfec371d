import { parseArgs } from 'node:util';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { BazaarError, messageOf } from '../platform/errors.ts';
import { addKey, removeKey, type StoredKey } from '../platform/http/key-entries.ts';
import { keyClasses, keyEntrySchema, keyIdOf } from '../platform/http/keys.ts';
import { stageNames } from '../platform/stage-settings.ts';

const USAGE = `npm run keys -- list   --stage dev|prod
npm run keys -- add    --stage dev|prod --class pk|sk|ak --source NAME [--origins https://shop.example,…]
npm run keys -- remove --stage dev|prod --id ID`;

/** API keys of a deployed stage, under the AWS credentials of whoever runs it. A new key is shown once. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      stage: { type: 'string' },
      class: { type: 'string' },
      source: { type: 'string' },
      origins: { type: 'string', default: '' },
      id: { type: 'string' },
    },
  });
  const secret = keysSecret(allowed('--stage', values.stage, stageNames));
  const entries = await secret.read();
  const [command] = positionals;
  if (command === 'list') {
    for (const entry of entries) console.log(keyIdOf(entry.hash), entry.class, entry.source, entry.origins.join(' '));
  } else if (command === 'add') {
    const keyClass = allowed('--class', values.class, keyClasses);
    const origins = values.origins.split(',').filter(Boolean);
    const added = addKey(entries, { keyClass, source: required('--source', values.source), origins });
    await secret.write(added.entries);
    console.log(added.key);
  } else if (command === 'remove') {
    await secret.write(removeKey(entries, required('--id', values.id)));
  } else throw new BazaarError('usage', `command is ${command ?? 'missing'}; allowed:\n${USAGE}`);
}

function keysSecret(stage: string) {
  const client = new SecretsManagerClient({});
  const SecretId = `bazaarstream/${stage}/api-keys`;
  return {
    async read(): Promise<StoredKey[]> {
      const { SecretString = '[]' } = await client.send(new GetSecretValueCommand({ SecretId }));
      return z.array(keyEntrySchema).parse(JSON.parse(SecretString));
    },
    async write(entries: readonly StoredKey[]): Promise<void> {
      await client.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(entries) }));
    },
  };
}

function required(name: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw new BazaarError('usage', `${name} is missing; usage:\n${USAGE}`);
}

function allowed<T extends string>(name: string, value: string | undefined, values: readonly T[]): T {
  const found = values.find((one) => one === value);
  if (found !== undefined) return found;
  throw new BazaarError('usage', `${name} is ${value ?? 'missing'}; allowed: ${values.join(', ')}`);
}

await main().catch((error: unknown) => {
  console.error(`error: ${messageOf(error)}`);
  process.exitCode = 1;
});
