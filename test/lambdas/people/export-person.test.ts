import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportPartNames } from '../../../lambdas/people/export-parts.ts';
import { exportPerson } from '../../../lambdas/people/export-person.ts';
import { createNeonDatabase } from '../../../repositories/neon-database.ts';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { store } from '../../delivery/store.ts';
import { peopleApi } from './people-api.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  const line = { product_id: 'tea', quantity: 1, unit_price: '4.50', currency: 'EUR' };
  await store(database, [
    { type: 'identify', user_id: 'ada', anonymous_id: 'phone' },
    ...Array.from({ length: 30 }, (_, n) => ({
      type: 'product_view',
      anonymous_id: 'phone',
      session_id: `s${n}`,
      product_id: 'tea',
    })),
    { type: 'add_to_cart', user_id: 'ada', ...line },
    {
      type: 'purchase',
      user_id: 'ada',
      order_id: 'o1',
      currency: 'EUR',
      items: [{ product_id: 'mug', quantity: 1, unit_price: '8' }],
    },
    { type: 'product_view', user_id: 'bob', anonymous_id: 'phone', product_id: 'secret of bob' },
  ]);
});
afterAll(() => database.close());

test('gives everything that is held on a person under every id, and nothing of others, each once whatever the page', async () => {
  const { send } = peopleApi(createNeonDatabase(database.peopleUrl));
  const records: { part: string; record: Record<string, unknown> }[] = [];
  let cursor: string | null = '';
  for (let pages = 0; cursor !== null && pages < 30; pages += 1) {
    const path: string = `/users/ada/export?limit=7${cursor === '' ? '' : `&cursor=${cursor}`}`;
    const { status, answer } = await send('GET', path, 'ak');
    expect(status).toBe(200);
    expect(answer.records?.length).toBeLessThanOrEqual(7);
    records.push(...(answer.records ?? []));
    cursor = answer.next_cursor ?? null;
    expect(Object.keys(answer.parts ?? {})).toEqual(exportPartNames);
  }
  const count = (part: string) => records.filter((record) => record.part === part).length;
  expect(Object.fromEntries(exportPartNames.map((part) => [part, count(part)]))).toMatchObject({
    identities: 1,
    raw_product_views: 30,
    raw_cart_events: 2,
    raw_purchases: 1,
    orders: 1,
    user_purchase_history: 1,
    user_cart_summary: 1,
    user_sessions: 30,
    dead_letters: 0,
  });
  expect(new Set(records.map((record) => JSON.stringify(record))).size).toBe(records.length);
  expect(JSON.stringify(records)).not.toContain('bob');
  const whole: unknown[] = [];
  for await (const record of exportPerson(createNeonDatabase(database.peopleUrl), { userId: 'ada' }))
    whole.push(record);
  expect(whole).toEqual(records);
});

test('an anonymous visitor of a user has nothing that is not given under the user', async () => {
  const { send } = peopleApi(createNeonDatabase(database.peopleUrl));
  expect((await send('GET', '/users/phone/export', 'ak')).answer.records).toEqual([]);
});
