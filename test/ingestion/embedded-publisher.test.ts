import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { topicNames, topics } from '../../events/topics.ts';
import { type EmbeddedLog, openEmbeddedLog } from '../../local/engines/embedded-log.ts';
import { createEmbeddedPublisher } from '../../local/engines/embedded-publisher.ts';
import { LogUnavailableError } from '../../platform/errors.ts';
import { publisherContract, type ReadRecord, recordOf } from './publisher-contract.ts';

let folder: string;
let log: EmbeddedLog;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedded-publisher-'));
  log = await openEmbeddedLog(folder);
});
afterAll(async () => {
  await log.close();
  await rm(folder, { recursive: true });
});

async function readLog(): Promise<ReadRecord[]> {
  const read: ReadRecord[] = [];
  for (const topic of topicNames)
    for (let partition = 0; partition < topics[topic].partitions; partition += 1)
      for (const { key, value } of await log.read(topic, partition, 0, Number.MAX_SAFE_INTEGER))
        read.push({ topic, partition, key: key ?? '', value: value ?? '' });
  return read;
}

describe('on the embedded log', () => {
  publisherContract(() => ({ publisher: createEmbeddedPublisher(log), read: readLog }));

  test('says that the log is unavailable once it is closed', async () => {
    const publisher = createEmbeddedPublisher(log);
    await publisher.close();
    await expect(publisher.publish([recordOf('u')])).rejects.toThrow(LogUnavailableError);
  });
});
