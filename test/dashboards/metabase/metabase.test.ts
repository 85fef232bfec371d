import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { connectMetabase } from '../../../dashboards/metabase/api.ts';
import { applyToMetabase } from '../../../dashboards/metabase/apply.ts';
import { connectionDetails } from '../../../dashboards/metabase/connection.ts';
import { CURRENCY, namedColumns, questions } from '../../../dashboards/metabase/questions.ts';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { storeShopDay } from '../shop-day.ts';
import { startContractServer } from './contract-server.ts';
import { requestProblems } from './request-schemas.ts';

const KEY = 'mb_a-key-of-this-test';
const BI_URL = 'postgresql://bazaar_bi:s3cr%3At@db.shop.example:6543/shop?sslmode=require';

/** As Metabase makes it: what stands in double square brackets counts only with a value; a value is a parameter. */
function nativeQuery(sql: string, currency?: string): { text: string; values: string[] } {
  const text = sql.replaceAll(/\[\[(.*?)\]\]/gs, (_, clause: string) => (currency === undefined ? '' : clause));
  return { text: text.replaceAll(`{{${CURRENCY}}}`, '$1'), values: currency === undefined ? [] : [currency] };
}

describe('each question', () => {
  let database: TestDatabase;
  let bi: pg.Client;
  beforeAll(async () => {
    database = await openTestDatabase();
    await storeShopDay(database);
    bi = new pg.Client({ connectionString: database.biUrl });
    await bi.connect();
  });
  afterAll(async () => {
    await bi.end();
    await database.close();
  });

  test.each(questions.map((question) => [question.chart.title, question] as const))(
    '%s has an answer with the columns that its chart names',
    async (_, question) => {
      const { rows, fields } = await bi.query(nativeQuery(question.sql));
      expect(rows.length).toBeGreaterThan(0);
      expect(fields.map(({ name }) => name)).toEqual(expect.arrayContaining(namedColumns(question)));
    },
  );

  test('the filter leaves one currency of the revenue, and is nowhere else', async () => {
    const filtered = questions.filter(({ sql }) => sql.includes(CURRENCY) && sql.includes('{{'));
    expect(filtered.map(({ chart }) => chart.title)).toEqual(['Real-time revenue']);
    const { rows } = await bi.query(nativeQuery(filtered[0]?.sql ?? '', 'EUR'));
    expect(new Set(rows.map(({ currency }) => currency))).toEqual(new Set(['EUR']));
    expect(rows.reduce((sum, { net }) => sum + Number(net), 0)).toBe(6);
  });
});

describe('applied to a Metabase', () => {
  let server: Awaited<ReturnType<typeof startContractServer>>;
  beforeEach(async () => {
    server = await startContractServer(KEY);
  });
  afterEach(() => server.close());
  const apply = () =>
    applyToMetabase(connectMetabase({ url: server.url, key: KEY, secret: 's3cr:t' }), new URL(BI_URL));
  const dashcards = () => server.stored.dashboard[0]?.dashcards as Record<string, unknown>[];

  test('makes the connection, a question for each chart and the dashboard with its filter', async () => {
    const path = await apply();
    const { database, collection, card, dashboard } = server.stored;
    expect(path).toBe(`/dashboard/${dashboard[0]?.id}`);
    expect(database).toMatchObject([{ engine: 'postgres', details: { host: 'db.shop.example', password: 's3cr:t' } }]);
    expect(card.map(({ name }) => name)).toEqual(questions.map(({ chart }) => chart.title));
    expect(new Set(card.map(({ collection_id }) => collection_id))).toEqual(new Set([collection[0]?.id]));
    expect(dashcards().map(({ card_id }) => card_id)).toEqual(card.map(({ id }) => id));
    expect(dashboard[0]?.parameters).toMatchObject([{ id: CURRENCY }]);
    expect(dashcards().filter(({ parameter_mappings }) => (parameter_mappings as []).length > 0)).toHaveLength(1);
  });

  test('changes nothing the second time, and makes nothing twice', async () => {
    await apply();
    const before = structuredClone(server.stored);
    server.requests.length = 0;
    await apply();
    expect(server.stored).toEqual(before);
    expect(server.requests.filter((request) => request.startsWith('POST'))).toEqual([]);
  });

  test('goes on where an earlier run ended, mends what people changed, and leaves what they added', async () => {
    await apply();
    const { card, dashboard } = server.stored;
    card.pop();
    Object.assign(card[0] ?? {}, { display: 'pie' });
    const own = {
      id: 77,
      card_id: null,
      row: 40,
      col: 0,
      size_x: 6,
      size_y: 2,
      visualization_settings: { text: 'hi' },
    };
    Object.assign(dashboard[0] ?? {}, {
      dashcards: [...dashcards().slice(0, 2), { ...own, created_at: '2026-01-01' }],
      parameters: [{ id: 'own', type: 'date/range' }],
    });
    await apply();
    expect(card).toHaveLength(questions.length);
    expect(card[0]).toMatchObject({ display: questions[0]?.display });
    expect(dashcards()).toHaveLength(questions.length + 1);
    expect(dashcards()).toContainEqual(own);
    expect(dashboard[0]?.parameters).toMatchObject([{ id: 'own' }, { id: CURRENCY }]);
  });

  test('says what was refused, without the key and the password', async () => {
    const wrongKey = connectMetabase({ url: server.url, key: 'mb_wrong', secret: 's3cr:t' });
    const refusal = await applyToMetabase(wrongKey, new URL(BI_URL)).catch(String);
    expect(refusal).toContain('metabase answered 401 to GET /api/database: {"message":"Unauthenticated"');
    expect(refusal).not.toContain('mb_wrong');
    const refused = connectMetabase({ url: server.url, key: KEY, secret: 'blue' })('POST', '/api/card', {
      name: 'blue',
    });
    await expect(refused).rejects.toThrow(/400 to POST \/api\/card: .*dataset_query/);
  });

  test('is a command that prints where the dashboard is', async () => {
    const script = resolve(import.meta.dirname, '../../../local/commands/metabase.ts');
    const run = (env: Record<string, string>, ...args: string[]) =>
      promisify(execFile)(process.execPath, [script, ...args], { env: { PATH: process.env.PATH, ...env } });
    const env = { METABASE_API_KEY: KEY, BAZAAR_BI_URL: BI_URL };
    expect((await run(env, '--url', server.url)).stdout).toBe(`${server.url}/dashboard/400\n`);
    await expect(run({ ...env, BAZAAR_BI_URL: 'mysql://u:hunter2@h/d' }, '--url', server.url)).rejects.toMatchObject({
      code: 2,
      stderr: 'BAZAAR_BI_URL is wrong; allowed: postgresql://role:password@host:port/database\n',
    });
    const gone = await startContractServer(KEY);
    await gone.close();
    await expect(run(env, '--url', gone.url)).rejects.toMatchObject({
      stderr: `no metabase answers at ${gone.url}: ECONNREFUSED\n`,
    });
    await expect(run(env, '--url', 'metabase')).rejects.toMatchObject({ stderr: expect.stringContaining('usage: ') });
  });
});

test('the connection has the host’s TLS, and sees the schema of the views alone', () => {
  expect(connectionDetails(new URL(BI_URL))).toEqual({
    ...{ host: 'db.shop.example', port: 6543, dbname: 'shop', user: 'bazaar_bi', password: 's3cr:t' },
    ...{ ssl: true, 'ssl-mode': 'require', 'schema-filters-type': 'inclusion', 'schema-filters-patterns': 'analytics' },
  });
  expect(connectionDetails(new URL('postgresql://bazaar_bi:x@127.0.0.1/bazaar'))).toMatchObject({
    ...{ port: 5432, ssl: false },
  });
});

test('the contract finds a field that is missing, and one that Metabase does not know', () => {
  const dashcard = { id: -1, card_id: 1, row: 0, col: 0, size_x: 1, size_y: 1 };
  const problems = (card: object) => requestProblems('PUT /api/dashboard/:id', { dashcards: [card] });
  expect(problems(dashcard)).toEqual([]);
  expect(problems({ ...dashcard, card_id: undefined })).toHaveLength(1);
  expect(problems({ ...dashcard, sizeX: 4 })).toHaveLength(1);
  expect(requestProblems('PUT /api/dashboard/:id/cards', {})).toHaveLength(1);
});
