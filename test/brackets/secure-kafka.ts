/**
 * A broker of a test file's own that speaks TLS with SASL, as MSK does: tokens (OAUTHBEARER) and passwords (SCRAM).
 *
 *   const kafka = await startSecureKafka();   // undefined where Java 17 or Maven is missing
 *   afterAll(() => kafka?.stop());
 */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { freePort } from '../../local/engines/free-port.ts';
import { hasJavaAndMaven, kafkaJars } from '../../local/engines/kafka-jars.ts';
import { startKafkaOnJvm } from '../../local/engines/kafka-maven.ts';
import { createTopics } from '../../local/engines/topics.ts';

const run = promisify(execFile);

export type SecureKafka = {
  /** The listener with TLS and SASL. */
  brokers: string[];
  /** The authority that vouches for the broker, PEM. */
  ca: string;
  /** A listener with neither, to look into the topics past what is under test. */
  plaintext: string[];
  changePassword(password: string): Promise<void>;
  stop(): Promise<void>;
};

export const SCRAM_USER = { username: 'shop', password: 'first-password' };
/** A session by password ends after this; one by token with the token. */
export const SCRAM_SESSION_MS = 3_000;
const TOKEN_SESSION_MS = 900_000;

/** Starts the broker in the run's folder, on the loopback address, with the production topics or none; once in a run. */
export async function startSecureKafka({ hasTopics = true } = {}): Promise<SecureKafka | undefined> {
  if (!(await hasJavaAndMaven())) return undefined;
  const folder = join(inject('runFolder'), 'secure-kafka');
  await mkdir(folder);
  const keystore = { file: join(folder, 'broker.p12'), password: randomBytes(16).toString('hex') };
  const ca = await makeCertificate(keystore);
  const port = await freePort();
  const kafka = await startKafkaOnJvm({
    folder,
    secureListener: {
      port,
      properties: securityProperties(keystore),
      formatArguments: ['--add-scram', `SCRAM-SHA-512=[name=${SCRAM_USER.username},password=${SCRAM_USER.password}]`],
    },
  });
  if (hasTopics) await createTopics(kafka.brokers);
  return {
    brokers: [`127.0.0.1:${port}`],
    ca,
    plaintext: kafka.brokers,
    changePassword: (password) => changePassword(kafka.brokers, password),
    stop: kafka.process.stop,
  };
}

type Keystore = { file: string; password: string };

async function makeCertificate({ file, password }: Keystore): Promise<string> {
  const store = ['-alias', 'broker', '-keystore', file, '-storepass', password];
  const names = ['-dname', 'CN=localhost', '-ext', 'san=ip:127.0.0.1,dns:localhost', '-validity', '2'];
  await run('keytool', ['-genkeypair', '-keyalg', 'EC', '-groupname', 'secp256r1', ...names, ...store]);
  return (await run('keytool', ['-exportcert', '-rfc', ...store])).stdout;
}

/** Tokens are taken without a signature: who signs them, and how, is MSK's part. */
function securityProperties({ file, password }: Keystore): Record<string, string | number> {
  const [oauth, scram] = ['listener.name.sasl_ssl.oauthbearer', 'listener.name.sasl_ssl.scram-sha-512'];
  const security = 'org.apache.kafka.common.security';
  return {
    'ssl.keystore.location': file,
    'ssl.keystore.password': password,
    'sasl.enabled.mechanisms': 'OAUTHBEARER,SCRAM-SHA-512',
    [`${oauth}.sasl.jaas.config`]: `${security}.oauthbearer.OAuthBearerLoginModule required;`,
    [`${oauth}.sasl.server.callback.handler.class`]: `${security}.oauthbearer.internals.unsecured.OAuthBearerUnsecuredValidatorCallbackHandler`,
    [`${oauth}.connections.max.reauth.ms`]: TOKEN_SESSION_MS,
    [`${scram}.sasl.jaas.config`]: `${security}.scram.ScramLoginModule required;`,
    [`${scram}.connections.max.reauth.ms`]: SCRAM_SESSION_MS,
  };
}

async function changePassword(brokers: string[], password: string): Promise<void> {
  const classPath = join(await kafkaJars(() => undefined), '*');
  const user = ['--entity-type', 'users', '--entity-name', SCRAM_USER.username];
  const change = ['--alter', '--add-config', `SCRAM-SHA-512=[password=${password}]`];
  const where = ['--bootstrap-server', brokers.join()];
  await run('java', ['-cp', classPath, 'kafka.admin.ConfigCommand', ...where, ...user, ...change]);
}

/** A token of the shape that MSK's signer gives, as this broker takes it: a JSON web token without a signature. */
export function unsecuredToken(lifetimeMs: number, subject = 'ingestion'): { token: string; expiryTime: number } {
  const now = Date.now();
  const claims = { sub: subject, iat: now / 1000, exp: (now + lifetimeMs) / 1000 };
  const parts = [{ alg: 'none' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  return { token: `${parts.join('.')}.`, expiryTime: now + lifetimeMs };
}
