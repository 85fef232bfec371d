import * as z from 'zod';
import { listSetting } from '../platform/env.ts';
import { BazaarError } from '../platform/errors.ts';
import { createSecretReader } from '../platform/secret.ts';
import type { KafkaOptions } from './kafka-client.ts';
import { type KafkaAuth, kafkaAuthSetting, kafkaSecurity } from './kafka-security.ts';
import { createMskToken } from './msk-token.ts';

/** What a function that talks to the brokers is told. */
export const kafkaEnv = z.object({
  KAFKA_BROKERS: listSetting.pipe(z.array(z.string()).min(1)),
  KAFKA_AUTH: kafkaAuthSetting,
  /** With `scram`: the secret that holds `{"username", "password"}`. */
  KAFKA_SECRET_ARN: z.string().min(1).optional(),
  AWS_REGION: z.string().min(1),
});
type KafkaEnv = z.output<typeof kafkaEnv>;

/** How a function's client reaches the brokers. @throws BazaarError (`config_invalid`) for `scram` without a secret. */
export function functionKafka(env: KafkaEnv, clientId: string): KafkaOptions {
  const auth = authOf(env);
  return { brokers: env.KAFKA_BROKERS, clientId, security: () => kafkaSecurity(auth) };
}

function authOf({ KAFKA_AUTH: kind, KAFKA_SECRET_ARN: secretArn, AWS_REGION }: KafkaEnv): KafkaAuth {
  if (kind === 'none') return { kind };
  if (kind === 'iam') return { kind, createToken: createMskToken(AWS_REGION) };
  if (secretArn === undefined)
    throw new BazaarError('config_invalid', 'KAFKA_SECRET_ARN is missing; scram needs the secret of a user');
  const readSecret = createSecretReader(secretArn);
  return { kind, readCredentials: async () => credentialsIn(await readSecret({ fresh: true })) };
}

const credentialsSchema = z.object({ username: z.string().min(1), password: z.string().min(1) });

/** The parser's own error would repeat the text, which holds the password; this one does not. */
function credentialsIn(text: string): z.output<typeof credentialsSchema> {
  try {
    return credentialsSchema.parse(JSON.parse(text));
  } catch {
    throw new BazaarError(
      'config_invalid',
      'the secret of the Kafka user is not as expected: {"username", "password"}',
    );
  }
}
