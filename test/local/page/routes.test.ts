import { expect, test } from 'vitest';
import { createRejectionFeed } from '../../../local/page/rejections.ts';
import { messageOf, ORIGIN, pageApp } from './page-app.ts';

const NAME = '</script><img src=x onerror=alert(1)>';

test('loads nothing from other hosts, runs no inline script, and finds each of its files', async () => {
  const page = await pageApp().request('/');
  const html = await page.text();
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(html).not.toMatch(/https?:\/\/|<script>|<style>| on\w+=| style=/);
  const assets = new Set([...html.matchAll(/(?:href|src)="(\/[^"]+)"/g)].map((match) => match[1] ?? ''));
  expect([...assets]).toContain('/page/main.js');
  for (const asset of assets) {
    const { status, text } = await fileOf(asset);
    expect(status, asset).toBe(200);
    for (const [, from = ''] of text.matchAll(/from '([^']+)'/g))
      assets.add(new URL(from, `http://localhost${asset}`).pathname);
    expect(text, asset).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write/);
  }
  expect(assets.size).toBeGreaterThan(20);
});

async function fileOf(path: string): Promise<{ status: number; text: string }> {
  const answer = await pageApp().request(path);
  // The chart library is not ours and is given no text of events.
  return { status: answer.status, text: path.startsWith('/page/charts/') ? '' : await answer.text() };
}

test('streams each tile, and says of one that cannot be read nothing but that', async () => {
  const sources = [
    { name: 'top_viewed_items', read: async () => [{ name: NAME }] },
    { name: 'cart_trends', read: () => Promise.reject(new Error('password of role is wrong')) },
  ];
  const stream = async () => pageApp({ sources }).request('/live?visitor=v');
  const isTile = (name: string) => (event: string, tile: unknown) =>
    event === 'tile' && (tile as { name: string }).name === name;
  expect(await messageOf(await stream(), isTile('top_viewed_items'))).toEqual({
    name: 'top_viewed_items',
    rows: [{ name: NAME }],
  });
  expect(await messageOf(await stream(), isTile('cart_trends'))).toEqual({
    name: 'cart_trends',
    rows: [],
    error: 'the database does not answer',
  });
});

test('tells who comes later what was rejected before, the newest first and not without end', async () => {
  const rejections = createRejectionFeed();
  for (let index = 0; index < 100; index++) rejections.add([{ code: 'invalid_field', message: String(index) }]);
  const stream = await pageApp({ rejections }).request('/live?visitor=v');
  const told = (await messageOf(stream, (event) => event === 'rejections')) as { message: string }[];
  expect(told.map(({ message }) => message)).toEqual(['99', '98', '97', '96', '95', '94', '93', '92']);
});

test('serves a hundred windows and tells the next one so', async () => {
  const app = pageApp();
  const open = await Promise.all(Array.from({ length: 100 }, () => app.request('/live?visitor=v')));
  expect((await app.request('/live?visitor=v')).status).toBe(503);
  await open[0]?.body?.cancel();
  expect((await app.request('/live?visitor=v')).status).toBe(200);
  expect((await app.request('/live')).status).toBe(400);
});

test('answers no other site, by whatever name it comes', async () => {
  const post = (headers: Record<string, string>, url = '/shop/login') =>
    pageApp().request(url, { method: 'POST', body: '{"name":"Ada"}', headers });
  const json = { 'content-type': 'application/json' };
  expect((await post({ ...json, origin: ORIGIN })).status).toBe(200);
  expect((await post({ ...json, origin: 'https://evil.example' })).status).toBe(403);
  expect((await post(json, 'http://evil.example/shop/login')).status).toBe(403);
  expect((await post({ 'content-type': 'text/plain' })).status).toBe(415);
});
