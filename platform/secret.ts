import * as z from 'zod';
import { postToAws } from './aws-request.ts';
import { BazaarError, messageOf } from './errors.ts';

/** Reads a secret's text; `fresh` asks for the newest value, past what is remembered. */
export type ReadSecret = (options?: { fresh?: boolean }) => Promise<string>;

/** A rotated secret takes effect within this time, without a deploy. */
const MAX_AGE_MS = 60_000;
/** How long an old value serves while the newest cannot be had: an outage of the secret's store is not one of the API. */
const MAX_STALE_MS = 3_600_000;
const REQUEST_TIMEOUT_MS = 3_000;
/** In an outage one caller in this time waits for the answer that does not come; the others get the old value at once. */
const RETRY_AFTER_MS = 15_000;

const answerSchema = z.object({ SecretString: z.string() });

/**
 * A reader of one secret in AWS Secrets Manager, remembered for a minute. Signed requests, because the SDK's client alone
 * would double the size of a consumer's bundle and the time to load it.
 *
 * @throws BazaarError (`secret_unavailable`) when it cannot be had and no value younger than an hour is known.
 */
export function createSecretReader(secretArn: string): ReadSecret {
  let known: { text: string; atMs: number; untilMs: number } | undefined;
  return async ({ fresh = false } = {}) => {
    if (!fresh && known !== undefined && Date.now() < known.untilMs) return known.text;
    try {
      const text = await fetchSecret(secretArn);
      known = { text, atMs: Date.now(), untilMs: Date.now() + MAX_AGE_MS };
    } catch (cause) {
      if (known !== undefined) known.untilMs = Math.min(Date.now() + RETRY_AFTER_MS, known.atMs + MAX_STALE_MS);
      if (known !== undefined && Date.now() - known.atMs < MAX_STALE_MS) return known.text;
      throw new BazaarError('secret_unavailable', `secret ${secretArn} could not be read: ${messageOf(cause)}`, {
        cause,
      });
    }
    return known.text;
  };
}

async function fetchSecret(secretArn: string): Promise<string> {
  return answerSchema.parse(await callSecretsManager('GetSecretValue', { SecretId: secretArn })).SecretString;
}

/** Writes a new value of a secret. @throws BazaarError (`secret_unavailable`). */
export async function writeSecret(secretArn: string, text: string): Promise<void> {
  try {
    await callSecretsManager('PutSecretValue', { SecretId: secretArn, SecretString: text });
  } catch (cause) {
    throw new BazaarError('secret_unavailable', `secret ${secretArn} could not be written: ${messageOf(cause)}`);
  }
}

async function callSecretsManager(action: string, input: Record<string, string>): Promise<unknown> {
  const response = await postToAws({
    service: 'secretsmanager',
    path: '/',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `secretsmanager.${action}` },
    body: input,
    timeoutMs: REQUEST_TIMEOUT_MS,
  });
  if (!response.ok) throw new Error(`${action} was answered with ${response.status} ${await faultOf(response)}`);
  return response.json();
}

/** AWS names a fault by type; its message may quote the request. */
async function faultOf(response: Response): Promise<string> {
  const fault = z.object({ __type: z.string() }).safeParse(await response.json().catch(() => undefined));
  return fault.success ? fault.data.__type : '';
}
