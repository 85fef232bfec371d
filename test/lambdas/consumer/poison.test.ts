import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createConsumer } from '../../../lambdas/consumer/create-consumer.ts';
import { productViews } from '../../../lambdas/process-view/projection.ts';
import { createNeonDatabase } from '../../../repositories/neon-database.ts';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { mskEvent, mskRecord } from '../../delivery/msk-event.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() =>
  database.rows('truncate raw_product_views, product_popularity, user_sessions, products, dead_letters'),
);

const log = { info: () => undefined, warn: () => undefined };
const metrics = () => undefined;
const consume = () =>
  createConsumer({ database: createNeonDatabase(database.writerUrl), log, metrics, projection: productViews });

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
const view = (n: number, fields: Record<string, unknown> = {}) =>
  JSON.stringify({
    type: 'product_view',
    event_id: uuid(n),
    occurred_at: '2026-11-01T10:00:00Z',
    received_at: '2026-11-01T10:00:00Z',
    source: 'web',
    user_id: 'u',
    product_id: 'p',
    ...fields,
  });

const send = (values: readonly (string | Buffer | null)[]) =>
  consume()(mskEvent(values.map((value, offset) => mskRecord('product_views', offset, value))));
const letters = () => database.rows('select "offset"::int, reason from dead_letters order by "offset"');
const views = async () => Number((await database.rows('select count(*) from raw_product_views'))[0]?.count);

const POISON: [name: string, value: string | Buffer | null, reason: string][] = [
  ['text that is not json', 'not json', 'not_json'],
  ['bytes that are not utf-8', Buffer.from([0x22, 0xff, 0xfe, 0x22]), 'not_json'],
  ['a tombstone', null, 'tombstone'],
  ['an array', '[]', 'invalid_event'],
  ['an unknown type', view(9, { type: 'explosion' }), 'invalid_event'],
  ['an event of another topic', view(9, { type: 'clear_cart', product_id: undefined }), 'wrong_topic'],
  ['U+0000', view(9, { product_id: 'a\u0000b' }), 'invalid_event'],
  ['a lone surrogate', view(9).replace('"p"', '"\\ud800"'), 'invalid_event'],
  ['a prototype key', view(9).replace('{', '{"__proto__":{"trusted":true},'), 'invalid_event'],
  ['the year 0', view(9, { occurred_at: '0000-01-01T00:00:00Z' }), 'invalid_event'],
  ['a time that lies in the future of its receipt', view(9, { occurred_at: '2026-11-01T10:06:00Z' }), 'invalid_event'],
  [
    'a clock corrected to before 2000',
    view(9, { sent_at: '2099-01-01T00:00:00Z', occurred_at: '2001-01-01T00:00:00Z' }),
    'invalid_event',
  ],
  ['a field name that is cut inside a character', view(9, { [`x${'😀'.repeat(1_500)}`]: 1 }), 'invalid_event'],
  ['20,000 levels of nesting', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'invalid_event'],
];

describe('a record that is no event', () => {
  test.each(POISON)('%s is set aside once, and its neighbours are stored', async (_, value, reason) => {
    for (const position of [0, 1, 2]) {
      const batch: (string | Buffer | null)[] = [view(1), view(2)];
      batch.splice(position, 0, value);
      await send(batch);
      await send(batch);
      expect(await letters()).toEqual([{ offset: position, reason }]);
      expect(await views()).toBe(2);
      await database.rows('truncate dead_letters');
    }
  });
});

test('a record that only Postgres refuses is found among 500 and set aside with its bytes', async () => {
  await database.rows("alter table raw_product_views add constraint no_forbidden check (product_id <> 'forbidden')");
  try {
    const batch = Array.from({ length: 500 }, (_, n) => view(n + 1, n === 333 ? { product_id: 'forbidden' } : {}));
    await send(batch);
    expect(await views()).toBe(499);
    expect(await letters()).toEqual([{ offset: 333, reason: 'database_refused' }]);
    const [row] = await database.rows('select payload, detail from dead_letters');
    expect(String(row?.payload)).toBe(batch[333]);
    expect(row?.detail).toMatch(/^23514: /);
    expect((await database.rows('select views::int from product_popularity'))[0]?.views).toBe(499);
  } finally {
    await database.rows('alter table raw_product_views drop constraint no_forbidden');
  }
});

test('a batch of nothing but poison is worked off', async () => {
  await send(POISON.map(([, value]) => value));
  expect(await letters()).toHaveLength(POISON.length);
});

test('reports the same key with another content as a conflict and keeps the first', async () => {
  await send([view(1)]);
  expect(await send([view(1, { product_id: 'other' })])).toMatchObject({ inserted: 0, duplicates: 1, conflicts: 1 });
  expect(await send([view(1, { received_at: '2026-11-02T10:00:00Z' })])).toMatchObject({ duplicates: 1, conflicts: 0 });
  expect(await database.rows('select product_id from raw_product_views')).toEqual([{ product_id: 'p' }]);
});

test('counts the same id from two sources twice, so that nobody can pre-empt another source’s event', async () => {
  await send([view(1, { source: 'web' }), view(1, { source: 'app' })]);
  expect(await views()).toBe(2);
});

test('throws what another try may mend, and stores everything on the next delivery', async () => {
  await database.rows('alter table raw_product_views rename to hidden_views');
  const impatient = createConsumer({
    database: createNeonDatabase(database.writerUrl),
    log,
    metrics,
    projection: productViews,
    retry: { attempts: 2, firstDelayMs: 1 },
  });
  const event = mskEvent([mskRecord('product_views', 0, view(1))]);
  await expect(impatient(event)).rejects.toMatchObject({ code: 'database_unavailable' });
  await database.rows('alter table hidden_views rename to raw_product_views');
  expect(await impatient(event)).toMatchObject({ inserted: 1 });
  expect(await letters()).toEqual([]);
});
