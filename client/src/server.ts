/** Where to send, and as whom. */
export type Server = { url: string; key: string; fetch: typeof fetch };

/** @throws TypeError when `url` is none. */
export function openServer(options: { url: string; key: string; fetch?: typeof fetch }): Server {
  return {
    url: new URL(options.url).href.replace(/\/+$/, ''),
    key: options.key,
    // Called without `this`, as browsers demand.
    fetch: options.fetch ?? ((...request) => fetch(...request)),
  };
}

/** The answer and its body, undefined where that is no JSON. Rejects when there is none within `timeoutMs`. */
export async function ask(
  { url, key, fetch }: Server,
  path: string,
  {
    timeoutMs,
    headers,
    ...init
  }: { timeoutMs: number; headers?: Record<string, string> } & Omit<RequestInit, 'headers'>,
): Promise<{ status: number; retryAfter: string | null; answer: Record<string, unknown> }> {
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await fetch(url + path, { ...init, headers: { 'x-api-key': key, ...headers }, signal });
  const body: unknown = await response.json().catch(() => undefined);
  return { status: response.status, retryAfter: response.headers.get('retry-after'), answer: { ...Object(body) } };
}
