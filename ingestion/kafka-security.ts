import type { KafkaConfig } from 'kafkajs';
import * as z from 'zod';
import { oauthBearer, type TokenProvider } from './oauth-bearer.ts';

/** What a client has to know to be let in; nothing of it for brokers that speak plaintext. */
export type KafkaSecurity = Pick<KafkaConfig, 'ssl' | 'sasl'>;

/** Gives what counts now: a password that was rotated is then in force from the next client on. */
export type CredentialsProvider = () => Promise<{ username: string; password: string }>;

/**
 * How brokers ask who one is: not at all, in plaintext (one machine); by IAM (MSK, port 9098); by name and password
 * (SCRAM-SHA-512). The last two over TLS.
 */
export const kafkaAuthSetting = z.enum(['none', 'iam', 'scram']);

/** `ca` is the authority (PEM) of brokers that no public one vouches for. */
export type KafkaAuth =
  | { kind: 'none' }
  | { kind: 'iam'; createToken: TokenProvider; ca?: string }
  | { kind: 'scram'; readCredentials: CredentialsProvider; ca?: string };

/** Makes what a new client needs. Ask again for each client. Rejects with what `readCredentials` rejects with. */
export async function kafkaSecurity(auth: KafkaAuth): Promise<KafkaSecurity> {
  if (auth.kind === 'none') return {};
  const ssl = auth.ca === undefined ? true : { ca: auth.ca };
  if (auth.kind === 'iam') return { ssl, sasl: oauthBearer(auth.createToken) };
  const { username, password } = await auth.readCredentials();
  return { ssl, sasl: { mechanism: 'scram-sha-512', username, password } };
}
