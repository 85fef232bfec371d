import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, expect, test } from 'vitest';
import { readTestFile, readTrainFile } from '../../../local/evaluation/session-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'sessions-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(content: string | Buffer): string {
  const file = join(folder, 'file');
  writeFileSync(file, content);
  return file;
}

test('reads plain and packed files alike, ids being any text without spaces', async () => {
  const content = 'a b a\n茶 <script>\r\n__proto__\n';
  const plain = await readTrainFile(write(content));
  expect(plain.products).toEqual(['a', 'b', '茶', '<script>', '__proto__']);
  expect([[...plain.starts], [...plain.clicks]]).toEqual([
    [0, 3, 5, 6],
    [0, 1, 0, 2, 3, 4],
  ]);
  expect(await readTrainFile(write(gzipSync(content)))).toEqual(plain);
});

test('takes a sample of the questions, the same for a seed', async () => {
  const file = write(Array.from({ length: 500 }, (_, n) => `p${n}\tq${n}\n`).join(''));
  const [all, some] = [await readTestFile(file, undefined, 1), await readTestFile(file, 100, 1)];
  expect([all.length, some.length]).toEqual([500, 100]);
  expect(all.filter((row) => some.some(({ target }) => target === row.target))).toEqual(some);
  expect(await readTestFile(file, 100, 1)).toEqual(some);
  expect(await readTestFile(file, 100, 2)).not.toEqual(some);
  expect(await readTestFile(file, 501, 1)).toEqual(all);
});

test.each([
  ['', /file has no lines/],
  ['a b\n\nc\n', /file, line 2: is empty/],
  ['a  b\n', /line 1: has an empty id/],
  ['a b \n', /line 1: has an empty id/],
  ['a b\na\tb\n', /line 2: has white space inside an id: got "a\\tb"/],
  [`a ${'x'.repeat(201)}\n`, /line 1: has an id that no event may carry/],
  ['a \u0000\n', /line 1: has an id that no event may carry/],
  [Buffer.from([0x61, 0x20, 0xff, 0xfe, 0x0a]), /line 1: is not text in UTF-8/],
  [gzipSync('a b\n'.repeat(10_000)).subarray(0, 60), /line \d+: unexpected end of file/],
  [Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.alloc(50, 7)]), /line 1: /],
])('refuses a train file that is not what it should be, with its line: %#', async (content, message) => {
  await expect(readTrainFile(write(content))).rejects.toThrow(message);
});

test.each([
  ['a b\tc\na b c\n', /file, line 2: needs one tab/],
  ['a\tb\tc\n', /line 1: needs one tab/],
  ['\tb\n', /line 1: is empty where product ids are expected/],
  ['a\t\n', /line 1: is empty where product ids are expected/],
  ['a\tb c\n', /line 1: needs one product after the tab: got 2/],
])('refuses a test file that is not what it should be, with its line: %#', async (content, message) => {
  await expect(readTestFile(write(content), undefined, 1)).rejects.toThrow(message);
});
