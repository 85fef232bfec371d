import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { apiDocument } from '../../../ingestion/openapi/document.ts';
import { DatabaseUnavailableError } from '../../../platform/errors.ts';
import { createNeonDatabase } from '../../../repositories/neon-database.ts';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { emptyTables } from '../../delivery/empty-tables.ts';
import { store } from '../../delivery/store.ts';
import { askedDatabase, peopleApi } from './people-api.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());
beforeEach(() => emptyTables(database));

const document = JSON.parse(JSON.stringify(apiDocument()));
const validator = new Ajv2020({ strict: false, validateFormats: false });
validator.addSchema(document, 'api');
const conforms = (name: string, value: unknown) => validator.validate(`api#/components/schemas/${name}`, value);

const ROUTES = [
  ['DELETE', '/users/ada'],
  ['GET', '/users/ada/export'],
] as const;
const REFUSALS = [
  ['no key', undefined, {}, 401],
  ['an empty key', undefined, { 'x-api-key': '' }, 401],
  ['an unknown key', undefined, { 'x-api-key': 'ak_other' }, 401],
  ['a publishable key', 'pk', {}, 403],
  ['a secret key', 'sk', {}, 403],
  ['a key in the path', undefined, { 'x-api-key': 'pk_page', authorization: 'Bearer ak_admin' }, 403],
  ['a page', 'ak', { origin: 'https://shop.example' }, 403],
] as const;

test.each(ROUTES)('%s %s serves administrative keys alone, and does nothing for others', async (method, path) => {
  const asked = askedDatabase();
  const { send } = peopleApi(asked);
  for (const [what, key, headers, status] of REFUSALS) {
    const answered = await send(method, path, key, headers);
    expect([what, answered.status, conforms('Problem', answered.answer)]).toEqual([what, status, true]);
  }
  expect(asked.asked).toEqual([]);
  const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter((other) => other !== method);
  for (const other of others) expect((await send(other, path, 'ak')).status).toBe(405);
});

test('somebody known and somebody unknown are answered alike, and no id is logged', async () => {
  await store(database, [{ type: 'product_view', user_id: 'ada', product_id: 'tea' }]);
  const { send, logged } = peopleApi(createNeonDatabase(database.peopleUrl));
  const [known, unknown] = [
    await send('DELETE', '/users/ada', 'ak'),
    await send('DELETE', '/users/nobody%20at%2Fall', 'ak'),
  ];
  expect([known.status, unknown.status]).toEqual([200, 200]);
  for (const { answer } of [known, unknown]) expect(conforms('ErasureReceipt', answer)).toBe(true);
  const counts = [known.answer.removed ?? {}, unknown.answer.removed ?? {}] as const;
  expect(Object.keys(counts[1])).toEqual(Object.keys(counts[0]));
  expect(counts.map((removed) => removed.raw_product_views)).toEqual([1, 0]);
  const held = await send('GET', '/users/nobody/export', 'ak');
  expect([held.status, held.answer.records, held.answer.next_cursor]).toEqual([200, [], null]);
  expect(JSON.stringify([logged, known.answer, unknown.answer])).not.toMatch(/ada|nobody/);
  expect(logged).toHaveLength(2);
});

test('says 202 and what is done so far when the time is up, and 503 when not even the request could be taken', async () => {
  const people = createNeonDatabase(database.peopleUrl);
  const gone = () => Promise.reject(new DatabaseUnavailableError('the database answered: gone', undefined));
  const halfway = askedDatabase((statement) =>
    statement.text.includes('request') ? (people.query(statement) as Promise<never[]>) : gone(),
  );
  const under = await peopleApi(halfway).send('DELETE', '/users/ada', 'ak');
  expect([under.status, under.answer.finished_at, conforms('ErasureReceipt', under.answer)]).toEqual([202, null, true]);
  const never = await peopleApi(askedDatabase(gone)).send('DELETE', '/users/ada', 'ak');
  expect([never.status, never.answer.code]).toEqual([503, 'database_unavailable']);
  expect(Number(never.headers.get('retry-after'))).toBeGreaterThan(0);
}, 60_000);

test('bounds how fast a key may erase', async () => {
  const asked = askedDatabase();
  const { send } = peopleApi(asked, { rateLimit: { perSecond: 0.001, burst: 2 } });
  const answers = [1, 2, 3].map(() => send('GET', '/users/ada/export', 'ak'));
  const statuses = (await Promise.all(answers)).map(({ status }) => status);
  expect(statuses).toEqual([200, 200, 429]);
});

test.each([
  ['/users/ada/export?limit=0', /^limit: must be a whole number/],
  ['/users/ada/export?limit=1001', /^limit: must be a whole number/],
  ['/users/ada/export?cursor=eyJ9', /^cursor: must be a next_cursor/],
  ['/users/ada/export?limit=1&limit=2', /^limit: is given more than once/],
  ['/users/ada/export?colour=red', /^colour: is no parameter here/],
  ['/users/%00/export', /^userId: text must be/],
  [`/users/${'x'.repeat(201)}/export`, /^userId: /],
])('refuses %s and says what is allowed', async (path, detail) => {
  const asked = askedDatabase();
  const { status, answer } = await peopleApi(asked).send('GET', path, 'ak');
  expect([status, answer.code]).toEqual([400, 'invalid_request']);
  expect(answer.detail).toMatch(detail);
  expect(asked.asked).toEqual([]);
});
