import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { expect, test, vi } from 'vitest';
import { createPageApp } from '../../../local/page/routes.ts';

test('asks the database no more once the last browser has closed its connection', async () => {
  const query = vi.fn(async () => []);
  const recommend = async () => new Response('{}');
  const app = createPageApp({ query, recommend });
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 });
  try {
    await new Promise((resolve) => server.once('listening', resolve));
    const browser = new AbortController();
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/live`;
    const response = await fetch(url, { signal: browser.signal });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    await vi.waitFor(() => expect(query).toHaveBeenCalled());
    browser.abort();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const asked = query.mock.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(query.mock.calls.length).toBe(asked);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});
