import { decode, verify } from 'hono/jwt';
import * as z from 'zod';
import { jsonSetting } from '../env.ts';
import { BazaarError } from '../errors.ts';

/** A page keeps the token in reach of every script on it, so that it must not last. */
const MAX_LIFETIME_SECONDS = 3600;

/** RFC 7518, 3.2: an HS256 secret has at least the 256 bits of its digest. Two are valid at once while one is replaced. */
const signingSecret = z.string().min(32);
const signingSecretsSchema = z.strictObject({ current: signingSecret, previous: signingSecret.optional() });
export type SigningSecrets = readonly string[];

/**
 * The signing secrets in a secret's text, `{"current": …, "previous": …}`: one or both. The parser's own error would repeat the text; this one does not.
 *
 * @throws BazaarError (`config_invalid`).
 */
export function signingSecretsIn(text: string): SigningSecrets {
  const parsed = jsonSetting(signingSecretsSchema).safeParse(text);
  if (parsed.success) return Object.values(parsed.data).filter((secret) => secret !== undefined);
  throw new BazaarError(
    'config_invalid',
    'the signing secrets are not as expected: {"current", "previous"}, each of 32 characters or more, previous optional',
  );
}

const claimsSchema = z.looseObject({ sub: z.string(), exp: z.number() });

export type UserTokenVerifier = {
  /** True when the shop vouches with `token` that its bearer is `userId`, now and for an hour at most. Rejects only when the secrets cannot be had. */
  vouches(token: string | undefined, userId: string): Promise<boolean>;
};

/**
 * Checks `x-user-token`: a JWT, HS256 and nothing else, that the shop's server signed with one of the secrets. Without
 * secrets no token is believed.
 */
export function createUserTokenVerifier(readSecrets: () => Promise<SigningSecrets>): UserTokenVerifier {
  return {
    async vouches(token, userId) {
      if (token === undefined || !isFor(token, userId, Date.now() / 1000)) return false;
      const secrets = await readSecrets();
      const checks = await Promise.allSettled(secrets.map((secret) => verify(token, secret, 'HS256')));
      return checks.some(({ status }) => status === 'fulfilled');
    },
  };
}

/** What the token claims, before its signature is looked at. */
function isFor(token: string, userId: string, nowSeconds: number): boolean {
  const claims = claimsSchema.safeParse(claimsOf(token));
  if (!claims.success) return false;
  const { sub, exp } = claims.data;
  return sub === userId && exp > nowSeconds && exp <= nowSeconds + MAX_LIFETIME_SECONDS;
}

function claimsOf(token: string): unknown {
  try {
    return decode(token).payload;
  } catch {
    return undefined;
  }
}
