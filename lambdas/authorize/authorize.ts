import * as z from 'zod';
import { jsonSetting } from '../../platform/env.ts';
import { BazaarError } from '../../platform/errors.ts';
import { type AuthorizerContext, toAuthorizerContext } from '../../platform/http/caller.ts';
import { authorize, createKeyring, type Keyring, keyEntrySchema } from '../../platform/http/keys.ts';
import type { ReadSecret } from '../../platform/secret.ts';

/** What API Gateway asks (payload 2.0, simple response), as far as it is looked at. */
export type AuthorizerEvent = {
  /** `POST /events`: the route as it is known to the gateway. */
  routeKey?: string | undefined;
  headers?: Readonly<Record<string, string | undefined>> | undefined;
  queryStringParameters?: Readonly<Record<string, string | undefined>> | null | undefined;
};
export type AuthorizerAnswer = { isAuthorized: true; context: AuthorizerContext };

const entriesSetting = jsonSetting(z.array(keyEntrySchema));

/**
 * The Lambda authorizer: tells the functions behind it whose key a request carries. It lets everybody through, with the
 * class `none` without a known key: a refusal of the gateway would be a 403 without a body, and no 401.
 *
 * @throws BazaarError when the keys cannot be had; then the gateway answers 500 and nobody gets in.
 */
export function createAuthorizer(readKeys: ReadSecret): (event: AuthorizerEvent) => Promise<AuthorizerAnswer> {
  let known: { text: string; keyring: Keyring } | undefined;
  return async ({ routeKey = '', headers = {}, queryStringParameters: query }) => {
    const text = await readKeys();
    if (known?.text !== text) known = { text, keyring: keyringOf(text) };
    const caller = authorize(known.keyring, {
      path: routeKey.replace(/^\S+ /, ''),
      // The gateway gives names in lower case.
      headers: { get: (name) => headers[name] ?? null },
      query: { get: (name) => query?.[name] ?? null },
    });
    return { isAuthorized: true, context: toAuthorizerContext(caller) };
  };
}

function keyringOf(text: string): Keyring {
  const entries = entriesSetting.safeParse(text);
  if (entries.success) return createKeyring(entries.data);
  throw new BazaarError('config_invalid', 'the secret of the API keys is not as expected: a JSON array of key entries');
}
