import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createGatheringInvoke } from '../../local/trigger/gather.ts';
import type { SourceRecord } from '../../local/trigger/source.ts';

const record = (partition: number, offset: number): SourceRecord => ({
  ...{ topic: 't', partition, offset: String(offset), timestampMs: 0, key: null, value: null, headers: [] },
});

/** A function whose invocations are seen and end when told to. */
function slowFunction() {
  const seen: { partitions: number[]; end(error?: Error): void }[] = [];
  const invoke = (records: readonly SourceRecord[]) =>
    new Promise<void>((resolve, reject) => {
      const end = (error?: Error) => (error === undefined ? resolve() : reject(error));
      seen.push({ partitions: records.map(({ partition }) => partition), end });
    });
  return { seen, invoke };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('invokes at once what is alone, together what one fetch brought, and together what came meanwhile', async () => {
  const { seen, invoke } = slowFunction();
  const gathering = createGatheringInvoke(invoke, { maxRecords: 10, windowMs: 0 });
  const fetched = (...partitions: number[]) => partitions.map((partition) => gathering([record(partition, 0)], false));
  const done = fetched(0);
  await settled();
  expect(seen.map(({ partitions }) => partitions)).toEqual([[0]]);
  done.push(...fetched(1, 4));
  await settled();
  expect(seen.at(-1)?.partitions).toEqual([1, 4]);
  done.push(...fetched(2));
  await settled();
  done.push(...fetched(3));
  await settled();
  expect(seen).toHaveLength(2);
  seen[0]?.end();
  await settled();
  expect(seen.at(-1)?.partitions).toEqual([2, 3]);
  seen[1]?.end();
  seen[2]?.end();
  await Promise.all(done);
});

test('fails every partition of an invocation that failed, and invokes what has failed before alone', async () => {
  const { seen, invoke } = slowFunction();
  const gathering = createGatheringInvoke(invoke, { maxRecords: 10, windowMs: 0 });
  const first = [gathering([record(0, 0)], false)];
  await settled();
  first.push(gathering([record(1, 0)], false));
  await settled();
  const failing = [gathering([record(2, 0)], false), gathering([record(3, 0)], false)].map((one) =>
    one.catch(() => 'failed'),
  );
  const alone = gathering([record(4, 0)], true);
  const last = gathering([record(5, 0)], false);
  await settled();
  for (const invocation of seen.slice(0, 2)) invocation.end();
  await settled();
  expect(seen.slice(2).map(({ partitions }) => partitions)).toEqual([[2, 3], [4]]);
  seen[2]?.end(new Error('refused'));
  seen[3]?.end();
  await settled();
  seen[4]?.end();
  await Promise.all([...first, alone, last]);
  expect(await Promise.all(failing)).toEqual(['failed', 'failed']);
});

test('keeps an invocation below its number of records', async () => {
  const { seen, invoke } = slowFunction();
  const gathering = createGatheringInvoke(invoke, { maxRecords: 3, windowMs: 0 });
  const two = (partition: number) => [record(partition, 0), record(partition, 1)];
  const done = [0, 1, 2, 3].map((partition) => gathering(two(partition), false));
  await settled();
  for (let n = 0; n < 4; n += 1) {
    seen[n]?.end();
    await settled();
  }
  await Promise.all(done);
  expect(seen.map(({ partitions }) => partitions.length)).toEqual([2, 2, 2, 2]);
});

test('waits for more until its oldest record has waited for the window, and no longer than it takes to be full', async () => {
  const WINDOW_MS = 200;
  const { seen, invoke } = slowFunction();
  const gathering = createGatheringInvoke(invoke, { maxRecords: 4, windowMs: WINDOW_MS });
  const fresh = (partition: number, ageMs = 0) => ({ ...record(partition, 0), timestampMs: Date.now() - ageMs });
  const done = [gathering([fresh(0)], false), gathering([fresh(1)], false)];
  await sleep(WINDOW_MS / 4);
  expect(seen).toEqual([]);
  await sleep(WINDOW_MS);
  expect(seen.map(({ partitions }) => partitions)).toEqual([[0, 1]]);
  seen[0]?.end();
  await settled();
  done.push(gathering([fresh(2)], false), gathering([fresh(3, WINDOW_MS)], false));
  await settled();
  expect(seen[1]?.partitions).toEqual([2, 3]);
  seen[1]?.end();
  await settled();
  done.push(gathering([fresh(4), fresh(4), fresh(4)], false), gathering([fresh(5)], false));
  await settled();
  expect(seen[2]?.partitions).toEqual([4, 4, 4, 5]);
  seen[2]?.end();
  await Promise.all(done);
});
