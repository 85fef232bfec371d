import { expect, test } from 'vitest';
import { requestKey } from '../../../platform/http/request-key.ts';

const basic = (credentials: string) => ({ authorization: `Basic ${Buffer.from(credentials).toString('base64')}` });
const keyOf = (path: string, headers: Record<string, string>, query = '') =>
  requestKey({ path, headers: new Headers(headers), query: new URLSearchParams(query) });

test('reads a key from x-api-key, or as a bearer token, on every route', () => {
  for (const path of ['/events', '/v1/batch', '/mp/collect', '']) {
    expect(keyOf(path, { 'x-api-key': 'a' })).toBe('a');
    expect(keyOf(path, { authorization: 'Bearer b' })).toBe('b');
    expect(keyOf(path, { authorization: 'bearer b' })).toBe('b');
    expect(keyOf(path, { 'x-api-key': 'a', authorization: 'Bearer b' }, 'api_secret=c')).toBe('a');
    expect(keyOf(path, {})).toBeUndefined();
  }
});

test.each([
  [basic('k:'), 'k'],
  [basic('k'), 'k'],
  [basic('k:password:more'), 'k'],
  [{ authorization: 'basic azo=' }, 'k'],
  [basic(':k'), ''],
  [{ authorization: 'Basic' }, undefined],
  [{ authorization: 'Basic a b' }, undefined],
])('reads %j as the user %j where Segment’s clients call, and nowhere else', (headers, key) => {
  expect(keyOf('/v1/batch', headers)).toBe(key);
  for (const path of ['/events', '/mp/collect', '/v1/batch/', '/V1/batch'])
    expect(keyOf(path, headers)).toBeUndefined();
});

test('reads api_secret where GA4’s clients call, and nowhere else', () => {
  expect(keyOf('/mp/collect', {}, 'measurement_id=G-1&api_secret=s')).toBe('s');
  expect(keyOf('/mp/collect', {}, 'measurement_id=G-1')).toBeUndefined();
  for (const path of ['/events', '/v1/batch']) expect(keyOf(path, {}, 'api_secret=s')).toBeUndefined();
});
