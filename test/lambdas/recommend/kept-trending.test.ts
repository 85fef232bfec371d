import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRecommendApp } from '../../../lambdas/recommend/app.ts';
import { callerByKey } from '../../../platform/http/caller.ts';
import { createKeyring, hashKey } from '../../../platform/http/keys.ts';
import { createUserTokenVerifier } from '../../../platform/http/user-token.ts';
import type { Database, Statement } from '../../../repositories/database.ts';
import { createNeonDatabase } from '../../../repositories/neon-database.ts';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { store } from '../../delivery/store.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const PRODUCTS = 30;

function appOn(reader: Database, now: () => Date) {
  return createRecommendApp({
    database: reader,
    callerOf: callerByKey(createKeyring([{ hash: hashKey('sk_server'), class: 'sk', source: 'server' }])),
    userTokens: createUserTokenVerifier(async () => []),
    pinnedOrigins: new Set(),
    addressOf: () => '127.0.0.1',
    log: { error: (_, fields) => console.error(fields) },
    now,
  });
}

test('the API works out what is trending once in five seconds, in the one round trip of a request', async () => {
  await store(
    database,
    Array.from({ length: PRODUCTS }, (_, n) => ({ type: 'product_view', user_id: `u${n}`, product_id: `p${n}` })),
  );
  const real = createNeonDatabase(database.readerUrl);
  const asked: Statement[] = [];
  const query = (statement: Statement) => {
    asked.push(statement);
    return real.query(statement);
  };
  let clock = Date.now();
  const app = appOn({ ...real, query }, () => new Date(clock));
  const get = async (visitor: string) => {
    const response = await app.request(`/recommendations/${visitor}`, { headers: { 'x-api-key': 'sk_server' } });
    const { recommendations } = (await response.json()) as { recommendations: { reason: string }[] };
    expect(recommendations.map(({ reason }) => reason)).toEqual(Array(20).fill('trending'));
  };
  for (const visitor of ['a', 'b', 'c']) await get(visitor);
  clock += 5_001;
  await get('d');
  const worksItOut = ({ text }: Statement) => text.includes('kept_trending');
  expect(asked.map(worksItOut)).toEqual([true, false, false, true]);
  const sent = asked.map(({ params }) => JSON.parse(String(params[0])).trending?.length ?? 0);
  expect(sent).toEqual([0, PRODUCTS, PRODUCTS, 0]);
});
