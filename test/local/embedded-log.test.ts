import { appendFile, mkdtemp, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MSKEvent } from 'aws-lambda';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { topics } from '../../events/topics.ts';
import { type EmbeddedLog, openEmbeddedLog } from '../../local/engines/embedded-log.ts';
import { createEmbeddedSource } from '../../local/trigger/embedded-source.ts';
import { startTrigger } from '../../local/trigger/trigger.ts';

const PATIENCE = { timeout: 5_000 };
let folder: string;
let log: EmbeddedLog;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedded-log-'));
  log = await openEmbeddedLog(folder);
});
afterEach(async () => {
  await log.close();
  await rm(folder, { recursive: true });
});

const TOPIC = 'purchases';
const record = (key: string, value: string) => ({ topic: TOPIC, key, value }) as const;

async function everything(): Promise<{ partition: number; offset: number; value: string | null }[]> {
  const all = [];
  for (let partition = 0; partition < topics[TOPIC].partitions; partition += 1)
    for (const { offset, value } of await log.read(TOPIC, partition, 0, 1_000)) all.push({ partition, offset, value });
  return all;
}

async function reopen(): Promise<void> {
  await log.close();
  log = await openEmbeddedLog(folder);
}

test('keeps the order of one key on one partition, also when appended at once', async () => {
  const values = Array.from({ length: 50 }, (_, index) => `v${index}`);
  await Promise.all(values.map((value) => log.append([record('u', value)])));
  const all = await everything();
  expect(new Set(all.map(({ partition }) => partition)).size).toBe(1);
  expect(all.map(({ value }) => value)).toEqual(values);
  expect(all.map(({ offset }) => offset)).toEqual(values.map((_, index) => index));
});

test('spreads keys over the partitions', async () => {
  await log.append(Array.from({ length: 200 }, (_, index) => record(`u${index}`, 'x')));
  expect(new Set((await everything()).map(({ partition }) => partition)).size).toBe(topics[TOPIC].partitions);
});

test('holds records and committed offsets after it is opened again', async () => {
  await log.append([record('u', 'one'), record('u', 'two')]);
  const [first] = await everything();
  await log.commit('group', TOPIC, first?.partition ?? 0, 1);
  await reopen();
  expect((await everything()).map(({ value }) => value)).toEqual(['one', 'two']);
  expect(log.committed('group', TOPIC, first?.partition ?? 0)).toBe(1);
});

test.each(['half a header', 'half a body', 'bytes that are no record'])('cuts off %s and goes on', async (damage) => {
  await log.append([record('u', 'whole')]);
  const [first] = await everything();
  const file = join(folder, `${TOPIC}-${first?.partition}.log`);
  const { size } = await stat(file);
  await log.append([record('u', 'torn')]);
  await log.close();
  if (damage === 'half a header') await truncate(file, size + 4);
  else if (damage === 'half a body') await truncate(file, size + 20);
  else await appendFile(file, Buffer.alloc(64, 1));
  log = await openEmbeddedLog(folder);
  await log.append([record('u', 'next')]);
  await reopen();
  const whole = damage === 'bytes that are no record' ? ['whole', 'torn', 'next'] : ['whole', 'next'];
  expect((await everything()).map(({ value }) => value)).toEqual(whole);
});

test('feeds the trigger: again after a throw, and not again after success', async () => {
  await log.append([record('u', 'one')]);
  const seen: string[] = [];
  const run = () => {
    const handler = async (event: MSKEvent) => {
      const values = Object.values(event.records).flat();
      seen.push(...values.map(({ value }) => Buffer.from(value, 'base64').toString()));
      if (seen.length === 1) throw new Error('not yet');
    };
    const mappings = [{ functionName: 'fn', topic: TOPIC, handler }];
    const settings = { firstBackoffMs: 5 };
    return startTrigger({ source: createEmbeddedSource(log), brokers: [], mappings, settings, log: () => undefined });
  };
  const first = await run();
  await expect.poll(() => seen, PATIENCE).toEqual(['one', 'one']);
  await first.stop();
  const second = await run();
  await log.append([record('v', 'two')]);
  await expect.poll(() => seen, PATIENCE).toEqual(['one', 'one', 'two']);
  await second.stop();
});
