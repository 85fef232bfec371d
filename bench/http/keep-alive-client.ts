import { Agent, request } from 'node:http';

export type Answer = { status: number; text: string; ms: number };
export type KeepAliveClient = {
  /** Sends one request and reads the whole answer; `ms` is the time from the call until then. */
  send(method: 'GET' | 'POST', path: string, body?: string): Promise<Answer>;
  close(): void;
};

const GIVE_UP_MS = 10_000;

/**
 * Sends requests over connections that stay open, with as little of its own as Node allows: `fetch` takes several times the
 * processor time, which a load generator on the same machine takes from what it measures.
 *
 * @param headers of every request.
 */
export function createKeepAliveClient(origin: string, headers: Record<string, string>): KeepAliveClient {
  const agent = new Agent({ keepAlive: true });
  const { hostname, port } = new URL(origin);
  return {
    send: (method, path, body) =>
      new Promise((resolve, reject) => {
        const start = performance.now();
        const options = { agent, hostname, port, method, path, headers, timeout: GIVE_UP_MS };
        const sent = request(options, (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            text += chunk;
          });
          response.once('error', reject);
          response.once('end', () =>
            resolve({ status: response.statusCode ?? 0, text, ms: performance.now() - start }),
          );
        });
        sent.once('timeout', () => sent.destroy(new Error(`${path} was not answered within ${GIVE_UP_MS} ms`)));
        sent.once('error', reject);
        sent.end(body);
      }),
    close: () => agent.destroy(),
  };
}
