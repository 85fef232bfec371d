import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const document = readFileSync(join(ROOT, 'docs/security.md'), 'utf8');
const named = [...document.matchAll(/`([\w/.-]+\.test\.ts) › ([^`]+)`/g)].map(([, file = '', name = '']) => ({
  file,
  name,
}));

test.each(named)('$file has the test “$name”', ({ file, name }) => {
  const path = join(ROOT, 'test', file);
  expect(existsSync(path)).toBe(true);
  const source = readFileSync(path, 'utf8');
  const quoted = ["'", '"', '`'].some((quote) => source.includes(`${quote}${name}${quote}`));
  expect(quoted).toBe(true);
});

test('each of the ten risks has a row with a test', () => {
  expect(named.length).toBeGreaterThan(30);
  for (let risk = 1; risk <= 10; risk += 1)
    expect(document).toMatch(new RegExp(`^\\| API${risk} .*\\.test\\.ts › .*\\|$`, 'm'));
});
