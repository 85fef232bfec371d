import type { Context } from 'hono';
import * as z from 'zod';
import type { HttpVariables } from './app.ts';
import { authorize, type Caller, type Keyring, keyClasses, NOBODY } from './keys.ts';

/** Who calls, as a server finds it out: from the key itself, or from what the gateway's authorizer made of it. */
export type CallerOf = (context: Context<HttpVariables>) => Caller;

/** A server that keeps the keys itself. */
export function callerByKey(keyring: Keyring): CallerOf {
  return ({ req }) =>
    authorize(keyring, {
      path: req.path,
      headers: req.raw.headers,
      query: { get: (name) => req.query(name) ?? null },
    });
}

/** What the authorizer hands to the functions behind it: text only, as API Gateway allows it. */
export type AuthorizerContext = { key_class: string; key_id: string; source: string; origins: string };

export function toAuthorizerContext({ keyClass, keyId, source, origins }: Caller): AuthorizerContext {
  return { key_class: keyClass, key_id: keyId, source, origins: JSON.stringify(origins) };
}

const eventSchema = z.object({
  event: z.object({
    requestContext: z.object({
      authorizer: z.object({
        lambda: z.object({
          key_class: z.enum([...keyClasses, 'none']),
          key_id: z.string(),
          source: z.string(),
          origins: z
            .string()
            .transform((text): unknown => JSON.parse(text))
            .pipe(z.array(z.string())),
        }),
      }),
    }),
  }),
});

/** A function behind the gateway: it trusts the authorizer's word alone, and without one nobody calls. */
export const callerByAuthorizer: CallerOf = ({ env }) => {
  const parsed = eventSchema.safeParse(env);
  if (!parsed.success) return NOBODY;
  const { key_class: keyClass, key_id: keyId, source, origins } = parsed.data.event.requestContext.authorizer.lambda;
  return { keyClass, keyId, source, origins };
};
