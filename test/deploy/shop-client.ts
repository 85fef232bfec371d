import type { Ministack } from '../brackets/ministack.ts';
import type { Deployed } from './cdk.ts';

export type Answer = { status: number; type: string | null; body: unknown };

export type ShopClient = {
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  put(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
};

/** Speaks with the deployed API by a path of ministack, because names below `localhost` are found nowhere. */
export function shopClient({ endpoint }: Pick<Ministack, 'endpoint'>, outputs: Deployed['outputs']): ShopClient {
  const url = Object.values(outputs).find(({ ApiUrl }) => ApiUrl !== undefined)?.ApiUrl ?? '';
  const apiId = new URL(url).hostname.split('.')[0];
  const base = `${endpoint}/_aws/execute-api/${apiId}/$default`;
  const ask = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(base + path, init);
    return { status: response.status, type: response.headers.get('content-type'), body: await response.json() };
  };
  const sending =
    (method: string): ShopClient['post'] =>
    (path, body, headers = {}) =>
      ask(path, { method, body: JSON.stringify(body), headers: { ...headers, 'content-type': 'application/json' } });
  return { get: (path, headers = {}) => ask(path, { headers }), post: sending('POST'), put: sending('PUT') };
}
