import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redactDetail, redactPayload } from '../../../local/dead-letters/redact.ts';

const SECRETS = {
  person: { user_id: 'ada-lovelace', anonymous_id: 'device-4711', session_id: 'session-815' },
  address: {
    context: {
      page_url: 'https://shop.example/cart?email=ada&token=t0ken#me',
      referrer: 'https://ada:pw@shop.example/',
    },
  },
  key: { name: 'sk_live_a1b2c3d4e5', product_id: 'Bearer abcdef', category: 'eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl' },
  mail: { brand: 'ada@lovelace.example' },
  unknown: { note: 'call me at five', list: ['four words of mine'], nested: { deep: 'personal' } },
};
const HIDDEN = [
  ...['ada', '4711', '815', 't0ken', 'pw@', 'a1b2c3d4e5', 'abcdef', 'c2lnbmF0dXJl', 'lovelace'],
  ...['five', 'words', 'personal'],
];

test('shows what is wrong with an event, and nobody whose it is', () => {
  const payload = Object.assign({}, ...Object.values(SECRETS), { type: 'purchase', currency: 'EURO', order_id: 'o-1' });
  const shown = JSON.stringify(redactPayload(payload));
  for (const hidden of HIDDEN) expect(shown).not.toContain(hidden);
  for (const kept of ['"purchase"', '"EURO"', '"o-1"', 'https://shop.example/cart?[redacted]'])
    expect(shown).toContain(kept);
});

test('keeps ids of events readable and hides what is as long and mixed as a key', () => {
  const event_id = '018f6e2c-9f5a-7c3d-8a1b-2c3d4e5f6a7b';
  expect(redactPayload({ event_id, product_id: 'A1b2C3d4E5f6A1b2C3d4E5f6A1b2C3d4E5f6' })).toEqual({
    event_id,
    product_id: '[redacted]',
  });
});

test.each([
  [`Unexpected token 'a', "ada@x" is not valid JSON`, `Unexpected token 'a', "…" is not valid JSON`],
  ['23505: the database answered: Key (user_id)=(ada) exists', '23505: the database answered: Key "…" exists'],
  ['user_id: Too small', 'user_id: Too small'],
])('leaves out of "%s" what it quotes', (detail, shown) => {
  expect(redactDetail(detail)).toBe(shown);
});

test('nothing of a field that is not known ever shows, wherever it stands', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), fc.string({ minLength: 12 }), (value, secret) => {
      const shown = JSON.stringify(redactPayload({ items: [{ customer: [value, secret] }], customer: secret }));
      expect(shown).toMatch(
        /^\{"items":\[\{"customer":"\[redacted list\]"\}\],"customer":"\[redacted text, \d+ characters\]"\}$/,
      );
    }),
  );
});

test('a deep or hostile payload is cut and takes no time', () => {
  const deep = JSON.parse(`${'{"items":['.repeat(5_000)}${']}'.repeat(5_000)}`);
  expect(JSON.stringify(redactPayload(deep)).length).toBeLessThan(200);
  const long = 'a@'.repeat(400_000);
  const start = performance.now();
  redactPayload({ name: long, context: { page_url: `https://${long}` } });
  redactDetail(`${'"'.repeat(2_001)}${'('.repeat(2_000)}`);
  expect(performance.now() - start).toBeLessThan(1_000);
});
