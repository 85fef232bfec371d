import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isbot } from 'isbot';
import { expect, test } from 'vitest';
import { eventId, instant, money } from '../../events/fields.ts';
import { regularExpressionsIn, superlinearText } from './regular-expressions.ts';

const ROOT = resolve(import.meta.dirname, '../..');
/** What requests, records and rows pass through. */
const FOLDERS =
  '{events,platform,repositories,ingestion,lambdas,client/src,local/{processes,page,shop,neon,ways,dead-letters,command-line}}';
const paths = globSync(`${FOLDERS}/**/*.ts`, { cwd: ROOT, exclude: (path) => path.includes('node_modules') });
const found = regularExpressionsIn(
  Object.fromEntries(paths.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')])),
);

/** Not linear, or by a large factor, and never given a long text that a stranger wrote. These are not measured. */
const BOUNDED: Readonly<Record<string, string>> = {
  'local/command-line/options.ts: /\\/+$/': 'an address that a person types',
  'local/dead-letters/redact.ts: /[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,100}\\.[A-Za-z]{2,}/g':
    'looks back at 64 characters at most; for what a person asks to be shown',
  'client/src/server.ts: /\\/+$/': 'the address of the API, which the shop itself states',
  'ingestion/dialects/amount.ts: /^(\\d*)\\.?(\\d*)$/': 'an amount of at most 40 characters',
  'ingestion/dialects/amount.ts: /0+$/': 'the decimals of such an amount',
};

test('each of our regular expressions takes time in proportion to the text, however hostile it is', () => {
  expect(found.length).toBeGreaterThan(50);
  const named = new Map(found.map(({ path, expression }) => [`${path}: ${expression}`, expression]));
  expect(Object.keys(BOUNDED).filter((name) => !named.has(name))).toEqual([]);
  const measured = [...named].filter(([name]) => !(name in BOUNDED));
  const slow = measured.filter(([, expression]) =>
    superlinearText((text) => text.replace(expression, ''), expression.source),
  );
  expect(slow.map(([name]) => name)).toEqual([]);
});

test('so do the ones of others that see what a sender wrote', () => {
  const agent = 'Mozilla/5.0 (compatible; bot; +http://) AppleWebKit Chrome Safari';
  expect(superlinearText(isbot, agent)).toBeUndefined();
  const bounded = (text: string) => text.slice(0, 2_000_000);
  for (const schema of [eventId, instant, money])
    expect(superlinearText((text) => schema.safeParse(bounded(text)), '0-9a-f T:Z.+-')).toBeUndefined();
});

test.each([/(a+)+$/, /\s+$/, /^key (.*,)+x$/])('%s would be found', (expression) => {
  expect(superlinearText((text) => expression.test(text), expression.source)).toBeDefined();
});
