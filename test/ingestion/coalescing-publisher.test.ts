import { expect, test } from 'vitest';
import type { EventRecord } from '../../events/record.ts';
import { createCoalescingPublisher } from '../../ingestion/coalescing-publisher.ts';
import { LogUnavailableError } from '../../platform/errors.ts';
import { recordOf } from './publisher-contract.ts';

/** A log whose sends end when the test says so. */
function heldLog() {
  const sends: { records: readonly EventRecord[]; end(error?: Error): void }[] = [];
  const publish = (records: readonly EventRecord[]) =>
    new Promise<void>((resolve, reject) => {
      sends.push({ records, end: (error) => (error === undefined ? resolve() : reject(error)) });
    });
  return { sends, publisher: createCoalescingPublisher({ publish, close: async () => undefined }) };
}

const outcomes = async (calls: Promise<void>[]) => (await Promise.allSettled(calls)).map(({ status }) => status);

test('sends a call that is alone at once, and shares the next send between those that came meanwhile', async () => {
  const { sends, publisher } = heldLog();
  const records = ['a', 'b', 'c'].map((user) => recordOf(user));
  const calls = records.map((record) => publisher.publish([record]));
  expect(sends.map((send) => send.records)).toEqual([[records[0]]]);
  sends[0]?.end();
  await calls[0];
  await expect.poll(() => sends.length).toBe(2);
  expect(sends[1]?.records).toEqual([records[1], records[2]]);
  sends[1]?.end();
  expect(await outcomes(calls)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
});

test('fails the calls of a send that failed, and none after it', async () => {
  const { sends, publisher } = heldLog();
  const first = publisher.publish([recordOf('a')]);
  const second = publisher.publish([recordOf('b')]);
  sends[0]?.end(new LogUnavailableError('gone'));
  await expect(first).rejects.toThrow(LogUnavailableError);
  await expect.poll(() => sends.length).toBe(2);
  sends[1]?.end();
  await expect(second).resolves.toBeUndefined();
});

test('keeps a send small enough for a broker, however many wait', async () => {
  const { sends, publisher } = heldLog();
  const calls = Array.from({ length: 8 }, () => publisher.publish(Array.from({ length: 400 }, () => recordOf('u'))));
  for (let index = 0; index < 5; index += 1) {
    await expect.poll(() => sends.length).toBe(index + 1);
    sends[index]?.end();
  }
  expect(await outcomes(calls)).toEqual(Array(8).fill('fulfilled'));
  expect(sends.map((send) => send.records.length)).toEqual([400, 800, 800, 800, 400]);
});
