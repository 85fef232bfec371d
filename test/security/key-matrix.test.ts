import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashKey, keyIdOf } from '../../platform/http/keys.ts';
import { type ApiKeys, type LocalApi, openLocalApi } from '../brackets/local-api.ts';
import { documentedOperations, type Operation, type Place, places, requestOf } from './routes.ts';
import { countRows } from './table-counts.ts';

let api: LocalApi;
beforeAll(async () => {
  api = await openLocalApi();
});
afterAll(() => api.close());

const operations = documentedOperations();
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** What a caller may hold, and of which class it is. */
const kinds = (keys: ApiKeys) => ({
  empty: { key: '', keyClass: 'none' },
  malformed: { key: 'pk sk, ak=;', keyClass: 'none' },
  'an unknown one': { key: `sk_${'A'.repeat(32)}`, keyClass: 'none' },
  'a revoked one': { key: keys.revoked, keyClass: 'none' },
  'one cut short': { key: keys.sk.slice(0, -1), keyClass: 'none' },
  'one in other case': { key: keys.sk.toUpperCase(), keyClass: 'none' },
  'the digest of one': { key: hashKey(keys.sk), keyClass: 'none' },
  'the name of one in logs': { key: keyIdOf(hashKey(keys.sk)), keyClass: 'none' },
  'a publishable one': { key: keys.pk, keyClass: 'pk' },
  'a secret one': { key: keys.sk, keyClass: 'sk' },
  'one that is being replaced': { key: keys.old, keyClass: 'sk' },
  'an administrative one': { key: keys.ak, keyClass: 'ak' },
});

function expectedStatus({ allowed, places: taken, success }: Operation, place: Place, keyClass: string): number {
  if (allowed === 'anyone') return success;
  if (keyClass === 'none' || !taken.includes(place)) return 401;
  return (allowed as readonly string[]).includes(keyClass) ? success : 403;
}

async function ask(request: ReturnType<typeof requestOf>) {
  const appendsBefore = api.appends();
  const response = await fetch(`${api.url}${request.path}`, request.init);
  const text = await response.text();
  return { status: response.status, text, headers: response.headers, appended: api.appends() - appendsBefore };
}

/** Each kind of key, in each place, on each route: the expected status is worked out from the table of rights alone. */
describe.each(operations)('$name', (operation) => {
  test('answers each kind of key in each place as its rights say, and does nothing when it refuses', async () => {
    await api.stored();
    const before = await countRows(api.database);
    const answered: string[] = [];
    const expected: string[] = [];
    const note = async (what: string, status: number, request: ReturnType<typeof requestOf>) => {
      const answer = await ask(request);
      const refused = status === 401 || status === 403;
      answered.push(`${what}: ${answer.status}, ${refused ? answer.appended : 'any'} appends`);
      expected.push(`${what}: ${status}, ${refused ? 0 : 'any'} appends`);
      if (refused) expect(answer.headers.get('content-type')).toBe('application/problem+json');
    };
    await note('none', operation.allowed === 'anyone' ? operation.success : 401, requestOf(operation));
    const cells = Object.entries(kinds(api.keys)).flatMap(([kind, { key, keyClass }]) =>
      places.map((place) => {
        const status = expectedStatus(operation, place, keyClass);
        return [`${kind} as ${place}`, status, requestOf(operation, { place, key })] as const;
      }),
    );
    const refusals = cells.filter(([, status]) => status >= 400);
    const successes = cells.filter(([, status]) => status < 400);
    for (const cell of refusals) await note(...cell);
    await api.stored();
    expect(await countRows(api.database)).toEqual(before);
    for (const cell of successes) await note(...cell);
    expect(answered).toEqual(expected);
    expect(successes.length).toBeGreaterThan(0);
  });

  test('has no other method, whoever asks', async () => {
    const documented = operations.filter(({ path }) => path === operation.path).map(({ method }) => method);
    for (const method of METHODS.filter((other) => !documented.includes(other)))
      for (const key of [api.keys.pk, api.keys.sk, api.keys.ak]) {
        const body = method === 'GET' ? undefined : operation.body;
        const answer = await ask(requestOf({ ...operation, method, body }, { place: 'apiKey', key }));
        expect([method, answer.status, answer.appended]).toEqual([method, 405, 0]);
        expect(answer.headers.get('allow')?.split(', ')).toEqual(expect.arrayContaining(documented));
      }
  });
});
