/** A request to Metabase's API; the answer is what the body holds. */
export type MetabaseApi = (
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: Readonly<Record<string, unknown>>,
) => Promise<unknown>;

const TIMEOUT_MS = 30_000;
const MAX_QUOTED = 300;

/**
 * Speaks to a Metabase with an API key.
 *
 * @param secret what no error may repeat, beside the key: the database's password
 * @throws Error with the status and the first words of the answer, or why there is none
 */
export function connectMetabase({ url, key, secret }: { url: string; key: string; secret: string }): MetabaseApi {
  return async (method, path, body) => {
    const request = fetch(new URL(path, url), {
      method,
      headers: { 'x-api-key': key, accept: 'application/json', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const response = await request.catch((cause: Error) => {
      throw new Error(`no metabase answers at ${url}: ${reasonOf(cause)}`, { cause });
    });
    const text = await response.text();
    if (response.ok) return JSON.parse(text);
    const quoted = [key, secret].reduce((words, hidden) => words.replaceAll(hidden, '…'), text).slice(0, MAX_QUOTED);
    throw new Error(`metabase answered ${response.status} to ${method} ${path}: ${quoted || response.statusText}`);
  };
}

/** What stopped a request stands in the cause: the error itself says only that it failed. */
function reasonOf({ cause, message }: Error): string {
  const reason = (cause ?? {}) as { code?: string; message?: string };
  return reason.code ?? reason.message ?? message;
}
