import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createBroadcast } from '../../../local/page/broadcast.ts';
import { createPageApp } from '../../../local/page/routes.ts';

const NAME = '</script><img src=x onerror=alert(1)>';
const recommend = async (id: string) => Response.json({ user_id: id, recommendations: [] });
const createApp = () => createPageApp({ query: async () => [{ name: NAME, views: '3' }], recommend });

async function firstSnapshot(response: Response): Promise<unknown> {
  const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  while (!text.includes('data: ')) text += (await reader.read()).value ?? '';
  await reader.cancel();
  return JSON.parse(text.slice(text.indexOf('data: ') + 6));
}

test('loads nothing from other hosts and runs no inline script', async () => {
  const page = await createApp().request('/');
  const html = await page.text();
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(html).not.toMatch(/https?:\/\/|<script>|<style>| on\w+=/);
  const assets = [...html.matchAll(/(?:href|src)="(\/[^"]+)"/g)].map((match) => match[1] ?? '');
  expect(assets).toHaveLength(2);
  for (const asset of assets) expect((await createApp().request(asset)).status, asset).toBe(200);
});

test('streams all five tiles, with hostile names as plain data', async () => {
  const tiles = await firstSnapshot(await createApp().request('/live'));
  expect(tiles).toMatchObject(Array.from({ length: 5 }, () => ({ rows: [{ name: NAME }] })));
  expect(await (await createApp().request('/page.js')).text()).not.toMatch(
    /innerHTML|insertAdjacentHTML|document\.write/,
  );
});

test('shows the other tiles when one view fails', async () => {
  const query = async (sql: string) => {
    if (sql.includes('cart_trends')) throw new Error('password of role is wrong');
    return [];
  };
  const tiles = await firstSnapshot(await createPageApp({ query, recommend }).request('/live'));
  expect((tiles as object[]).filter((tile) => 'error' in tile)).toHaveLength(1);
  expect(JSON.stringify(tiles)).not.toContain('password');
});

test('asks for the recommendations of the visitor that is typed, and for none without an id', async () => {
  const answer = await createApp().request('/live/visitor?id=a%2Fb');
  expect(await answer.json()).toMatchObject({ user_id: 'a/b' });
  expect((await createApp().request('/live/visitor?id=')).status).toBe(400);
});

beforeEach(() => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => vi.useRealTimers());

test('polls once for all listeners and stops when the last one leaves', async () => {
  let polls = 0;
  const broadcast = createBroadcast(async () => ++polls, 1_000);
  const leave = [1, 2, 3].map(() => broadcast.subscribe(() => {}));
  await vi.advanceTimersByTimeAsync(2_500);
  expect(polls).toBe(3);
  for (const stop of leave) stop();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(polls).toBe(3);
});

test('does not start a second poll while one is under way', async () => {
  let polls = 0;
  const broadcast = createBroadcast(() => {
    polls++;
    return new Promise<never>(() => {});
  }, 1_000);
  const leave = broadcast.subscribe(() => {});
  await vi.advanceTimersByTimeAsync(5_000);
  expect(polls).toBe(1);
  leave();
});
