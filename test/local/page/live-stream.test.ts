import { serve } from '@hono/node-server';
import { expect, test, vi } from 'vitest';
import { freePort } from '../../../local/engines/free-port.ts';
import { liveStream } from '../../../local/page/live-stream.ts';
import type { Way } from '../../../local/ways/way.ts';
import { pageApp } from './page-app.ts';

test('asks the database no more once the last browser has closed its connection', async () => {
  const read = vi.fn(async () => []);
  const origin = `http://127.0.0.1:${await freePort()}`;
  const app = pageApp({ origins: [origin], sources: [{ name: 'active_sessions', read }] });
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: Number(new URL(origin).port) });
  try {
    await new Promise((resolve) => server.once('listening', resolve));
    const browser = new AbortController();
    const response = await fetch(`${origin}/live?visitor=v`, { signal: browser.signal });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    await vi.waitFor(() => expect(read).toHaveBeenCalled());
    browser.abort();
    await new Promise((resolve) => setTimeout(resolve, 200));
    const asked = read.mock.calls.length;
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(read.mock.calls.length).toBe(asked);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

test('lets a browser go that does not read, instead of keeping everything for it', async () => {
  const ended = vi.fn();
  let say: (way: Way) => void = () => undefined;
  const stream = liveStream(
    'v',
    {
      tiles: () => () => undefined,
      rejections: () => () => undefined,
      ways: (_, listener) => {
        say = listener;
        return () => {
          say = () => undefined;
        };
      },
    },
    ended,
  );
  const way = { event_id: 'e', type: 'product_view', subject: null, is_bot: false, is_sample: false };
  for (let step = 0; step < 1_000; step++) say({ ...way, received_ms: 0, validated_ms: 0 });
  expect(ended).toHaveBeenCalledTimes(1);
  await expect(stream.getReader().read()).rejects.toThrow('does not read');
});
