import * as z from 'zod';
import { BazaarError, messageOf } from '../../platform/errors.ts';
import { type Bundle, DATABASE_FILE } from './bundle.ts';

/** A Superset, and a user of it with the role Admin, whose password Superset keeps itself. */
export type SupersetAccount = { readonly url: string; readonly user: string; readonly password: string };

const REQUEST_TIMEOUT_MS = 60_000;
const MESSAGE_CHARACTERS = 500;

const loginSchema = z.object({ access_token: z.string() });
const databasesSchema = z.object({ result: z.array(z.object({ id: z.number(), uuid: z.string() })) });
const csrfSchema = z.object({ result: z.string() });
const refusalSchema = z.object({ errors: z.array(z.object({ message: z.string(), extra: z.unknown() })) });

/**
 * Puts a bundle into Superset through its API for assets. What an earlier import made is replaced, under the same ids.
 *
 * @throws BazaarError (`usage`) that says what Superset answered, also when it cannot reach the database.
 */
export async function importBundle(
  account: SupersetAccount,
  { zip, databaseId }: Bundle,
  databasePassword: string,
): Promise<void> {
  const headers = await openSession(account);
  const body = new FormData();
  body.append('bundle', new Blob([zip]), 'bazaarstream.zip');
  body.append('passwords', JSON.stringify({ [DATABASE_FILE]: databasePassword }));
  await ask(account, '/api/v1/assets/import/', { method: 'POST', headers, body }).catch(sayUnreachable);
  const listed = await ask(account, '/api/v1/database/?q=(columns:!(id,uuid),page_size:100)', { headers });
  const { result } = databasesSchema.parse(await listed.json());
  const number = result.find(({ uuid }) => uuid === databaseId)?.id;
  // Only the first import of a connection uses it.
  await ask(account, `/api/v1/database/${number}/schemas/?q=(force:!t)`, { headers }).catch(sayUnreachable);
}

/** Superset answers this with a page of an unexpected error, and tells the reason to its log. */
function sayUnreachable(cause: unknown): never {
  if (!(cause instanceof SupersetRefusedError) || cause.status < 500) throw cause;
  const message = `superset cannot reach the database, or its password is wrong: ${cause.message}`;
  throw new BazaarError('usage', message, { cause });
}

/** Headers with which an API call that changes something passes: the user's token, and one against forged requests. */
async function openSession(account: SupersetAccount): Promise<Record<string, string>> {
  const { user: username, password } = account;
  const login = await ask(account, '/api/v1/security/login', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password, provider: 'db' }),
  });
  const authorization = `Bearer ${loginSchema.parse(await login.json()).access_token}`;
  const token = await ask(account, '/api/v1/security/csrf_token/', { headers: { authorization } });
  const cookie = token.headers.getSetCookie().map((each) => each.split(';')[0]);
  return {
    authorization,
    cookie: cookie.join('; '),
    'x-csrftoken': csrfSchema.parse(await token.json()).result,
    referer: account.url,
  };
}

async function ask({ url }: SupersetAccount, path: string, request: RequestInit): Promise<Response> {
  const signal = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  const response = await fetch(`${url}${path}`, { ...request, signal }).catch((cause: unknown) => {
    throw new BazaarError('usage', `superset does not answer at ${url}: ${messageOf(cause)}`, { cause });
  });
  if (response.ok) return response;
  const text = await response.text();
  throw new SupersetRefusedError(
    `superset refused ${path} with ${response.status}: ${reasonIn(text)}`,
    response.status,
  );
}

/** Superset's own answer to what was asked. */
class SupersetRefusedError extends BazaarError {
  readonly status: number;
  constructor(message: string, status: number) {
    super('usage', message);
    this.status = status;
  }
}

/** Superset tells what is wrong with which file beside its message. */
function reasonIn(text: string): string {
  if (text.trimStart().startsWith('<')) return 'a page without a reason';
  const refusal = z
    .string()
    .transform((json): unknown => (json.startsWith('{') ? JSON.parse(json) : undefined))
    .pipe(refusalSchema)
    .safeParse(text);
  const reason = refusal.success
    ? refusal.data.errors.map(({ message, extra }) => `${message} ${JSON.stringify(extra ?? null)}`).join('; ')
    : text;
  return reason.trim().slice(0, MESSAGE_CHARACTERS);
}
