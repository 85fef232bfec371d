import { deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readBoundedJson } from '../../../platform/http/json-body.ts';

const MIB = 1024 * 1024;
const request = (body: Buffer, encoding: string) =>
  new Request('http://localhost/', {
    method: 'POST',
    body: new Uint8Array(body),
    headers: { 'content-encoding': encoding },
  });

test.each([
  ['gzip', Buffer.concat(Array<Buffer>(100).fill(gzipSync(Buffer.alloc(10 * MIB))))],
  ['deflate', deflateSync(Buffer.alloc(200 * MIB))],
])('a bomb in %s is given up at the limit, not when it has gone off', async (encoding, bomb) => {
  expect(bomb.length).toBeLessThan(1.5 * MIB);
  const before = process.resourceUsage().maxRSS;
  for (let times = 0; times < 5; times += 1)
    await expect(readBoundedJson(request(bomb, encoding), { maxBytes: 1.5 * MIB })).rejects.toMatchObject({
      status: 413,
    });
  const grownMib = (process.resourceUsage().maxRSS - before) / 1024;
  expect(grownMib).toBeLessThan(50);
});

test('what is packed within its bounds is read, and a second packing within it is not unpacked', async () => {
  const body = Buffer.from('{"a":1}');
  expect(await readBoundedJson(request(gzipSync(body), 'gzip'), { maxBytes: MIB })).toEqual({ a: 1 });
  const twice = readBoundedJson(request(gzipSync(gzipSync(body)), 'gzip'), { maxBytes: MIB });
  await expect(twice).rejects.toMatchObject({ status: 400 });
});
