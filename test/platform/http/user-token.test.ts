import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { createUserTokenVerifier, signingSecretsIn } from '../../../platform/http/user-token.ts';

const OLD = 'the-old-signing-secret-of-the-shop-0123456789';
const NEW = 'the-new-signing-secret-of-the-shop-0123456789';
const verifier = createUserTokenVerifier(async () => [OLD, NEW]);
const now = () => Math.floor(Date.now() / 1000);
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Signed here by hand, as any shop's own library does. */
function token(claims: object, secret = NEW, header: object = { alg: 'HS256', typ: 'JWT' }, hash = 'sha256'): string {
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${createHmac(hash, secret).update(text).digest('base64url')}`;
}

test('believes a token of either secret, so that a secret can be replaced while pages are open', async () => {
  const claims = { sub: 'user 1/ü', exp: now() + 600 };
  expect(await verifier.vouches(token(claims, OLD), 'user 1/ü')).toBe(true);
  expect(await verifier.vouches(token(claims, NEW), 'user 1/ü')).toBe(true);
  expect(await verifier.vouches(token(claims, 'another-secret-which-nobody-has-agreed-on'), 'user 1/ü')).toBe(false);
});

test('believes a token for its own user alone', async () => {
  const valid = token({ sub: 'mary', exp: now() + 600 });
  expect(await verifier.vouches(valid, 'mary')).toBe(true);
  for (const other of ['Mary', 'mary ', 'john', '']) expect(await verifier.vouches(valid, other)).toBe(false);
});

const CLAIMS: [what: string, claims: object][] = [
  ['an expired token', { sub: 'mary', exp: now() - 1 }],
  ['a token that lasts longer than an hour', { sub: 'mary', exp: now() + 3700 }],
  ['a token without end', { sub: 'mary' }],
  ['an end that is text', { sub: 'mary', exp: String(now() + 600) }],
  ['a token for nobody', { exp: now() + 600 }],
  ['a list of users', { sub: ['mary'], exp: now() + 600 }],
  ['a token that is not valid yet', { sub: 'mary', exp: now() + 600, nbf: now() + 300 }],
];

test.each(CLAIMS)('does not believe %s', async (_, claims) => {
  expect(await verifier.vouches(token(claims), 'mary')).toBe(false);
});

test('pins the algorithm: no unsigned token, no other digest', async () => {
  const claims = { sub: 'mary', exp: now() + 600 };
  const unsigned = `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`;
  expect(await verifier.vouches(unsigned, 'mary')).toBe(false);
  expect(await verifier.vouches(token(claims, NEW, { alg: 'none', typ: 'JWT' }), 'mary')).toBe(false);
  expect(await verifier.vouches(token(claims, NEW, { alg: 'HS512', typ: 'JWT' }, 'sha512'), 'mary')).toBe(false);
});

test('does not believe a token whose claims were changed after it was signed', async () => {
  const [header, , signature] = token({ sub: 'john', exp: now() + 600 }).split('.');
  expect(await verifier.vouches(`${header}.${part({ sub: 'mary', exp: now() + 600 })}.${signature}`, 'mary')).toBe(
    false,
  );
});

test.each([undefined, '', '.', '..', 'a.b', 'a.b.c', 'a.b.c.d', 'é.é.é', 'x'.repeat(10_000)])(
  'does not believe %j and does not fail on it',
  async (text) => expect(await verifier.vouches(text, 'mary')).toBe(false),
);

test('believes nothing where the shop has no secret, and takes no secret that can be guessed', async () => {
  const valid = token({ sub: 'mary', exp: now() + 600 });
  expect(await createUserTokenVerifier(async () => []).vouches(valid, 'mary')).toBe(false);
  expect(signingSecretsIn(JSON.stringify({ current: NEW, previous: OLD }))).toEqual([NEW, OLD]);
  expect(signingSecretsIn(JSON.stringify({ current: NEW }))).toEqual([NEW]);
  for (const text of ['{"current":"a short secret"}', '["a short secret"]', 'a short secret'])
    expect(() => signingSecretsIn(text)).toThrow(/^(?!.*a short secret).*32 characters/);
});
