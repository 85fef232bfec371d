import { expect, test } from 'vitest';
import { windowProducts } from '../../../local/shop/products.ts';
import { ORIGIN, pageApp } from '../page/page-app.ts';

type Sent = { type: string; user_id?: string; items?: unknown[]; order_id: string };

function shop() {
  const sent: Sent[] = [];
  const app = pageApp({ shop: { send: async (event) => void sent.push(event as Sent) } });
  const post = async (path: string, body: object, headers: Record<string, string> = {}) => {
    const answer = await app.request(`/shop/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: ORIGIN, ...headers },
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as { token: string; detail: string; event: Sent } };
  };
  return { app, post, sent };
}

const [product] = windowProducts();
const items = [{ product_id: product?.product_id, quantity: 2 }];
const visitor = { anonymous_id: '0f6ff5a1-5b6e-4c0e-9c57-0d5b8c1f0b11', session_id: 's-1' };

test('sells at its own prices, whatever the browser says, and takes an order back once it knows it', async () => {
  const { post, sent } = shop();
  const bought = await post('orders', { currency: 'USD', items, ...visitor });
  expect(bought.status).toBe(202);
  expect(sent).toMatchObject([
    { type: 'purchase', currency: 'USD', ...visitor, items: [{ quantity: 2, unit_price: product?.prices.USD }] },
  ]);
  const priced = { currency: 'USD', items: [{ ...items[0], unit_price: '0.01' }], ...visitor };
  expect((await post('orders', priced)).status).toBe(400);
  expect((await post(`orders/${bought.body.event.order_id}/refund`, {})).status).toBe(202);
  expect(sent[1]).toMatchObject({ type: 'refund', order_id: bought.body.event.order_id, currency: 'USD' });
  expect(await post('orders/other/refund', {})).toMatchObject({ status: 404, body: { detail: /does not know/ } });
  expect(sent).toHaveLength(2);
});

test('sells in the name of a person only to who was logged in as this person', async () => {
  const { post, sent } = shop();
  const { body } = await post('login', { name: 'Ada' });
  const order = { currency: 'EUR', items, ...visitor, user_id: 'demo-ada' };
  expect((await post('orders', order)).status).toBe(403);
  expect((await post('orders', { ...order, user_id: 'demo-eve' }, { 'x-user-token': body.token })).status).toBe(403);
  expect((await post('orders', order, { 'x-user-token': body.token })).status).toBe(202);
  expect(sent).toMatchObject([{ user_id: 'demo-ada' }]);
});

test('says what is wrong with a name, an order, and a system that does not answer', async () => {
  const { post } = shop();
  expect(await post('login', { name: '<b>' })).toMatchObject({ status: 400, body: { detail: /1 to 40 letters/ } });
  const unknown = { currency: 'EUR', items: [{ product_id: 'p-0', quantity: 1 }], ...visitor };
  expect(await post('orders', unknown)).toMatchObject({ status: 404, body: { detail: 'the shop does not sell p-0' } });
  const app = pageApp({ shop: { send: () => Promise.reject(new Error('sk_secret was refused')) } });
  const answer = await app.request('/shop/orders', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ currency: 'EUR', items, ...visitor }),
  });
  expect(answer.status).toBe(503);
  expect(await answer.text()).not.toContain('sk_');
});

test('gives the page what it needs and no secret', async () => {
  const { app } = shop();
  const text = await (await app.request('/shop/window')).text();
  expect(JSON.parse(text)).toMatchObject({ key: 'pk_page', currencies: ['EUR', 'USD'] });
  expect(JSON.parse(text).products).toHaveLength(20);
  expect(text).not.toContain('sk_');
});
