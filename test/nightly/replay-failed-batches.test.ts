import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateBucketCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { topicNames } from '../../events/topics.ts';
import { createInvoke } from '../../lambdas/replay-failed-batches/invoke-function.ts';
import { createS3BatchStore } from '../../lambdas/replay-failed-batches/s3-batch-store.ts';
import { deployFunction } from '../brackets/deployed-function.ts';
import { type Ministack, startMinistack } from '../brackets/ministack.ts';
import { ministackPython } from '../brackets/ministack-python.ts';
import { mskEvent, mskRecord } from '../delivery/msk-event.ts';
import { failedObject } from '../lambdas/replay-failed-batches/failed-object.ts';

const hasPython = (await ministackPython()) !== undefined;
const PUTS_AT_ONCE = 20;
/** Times of objects have whole seconds. */
const NEXT_SECOND_MS = 1_100;

let ministack: Ministack | undefined;
let s3: S3Client;
let lambda: LambdaClient;
beforeAll(async () => {
  ministack = await startMinistack();
  if (ministack === undefined) return;
  const { endpoint } = ministack;
  const options = { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  s3 = new S3Client(options);
  lambda = new LambdaClient(options);
}, 300_000);
afterAll(() => ministack?.stop());

async function createBucket(name: string): Promise<string> {
  await s3.send(new CreateBucketCommand({ Bucket: name }));
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  await s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration }));
  return name;
}

async function put(bucket: string, objects: readonly (readonly [key: string, body: string])[]): Promise<void> {
  for (let start = 0; start < objects.length; start += PUTS_AT_ONCE) {
    const some = objects.slice(start, start + PUTS_AT_ONCE);
    await Promise.all(some.map(([Key, Body]) => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }))));
  }
}

/** A consumer that answers with what it got, and throws it back when a value says so. */
const CONSUMER = `export const handler = async (event) => {
  const values = Object.values(event.records).flat().map(({ value }) => Buffer.from(value, 'base64').toString());
  console.log(JSON.stringify({ got: values }));
  if (values.includes('refuse')) throw new Error('refused: ' + JSON.stringify(event));
  return { inserted: values.length };
};`;
const functionNames = { product_views: 'views', cart_events: 'carts', purchases: 'sales' };
const batch = (topic: string, ...values: string[]) => mskEvent(values.map((value, n) => mskRecord(topic, n, value)));

describe.skipIf(!hasPython)('in a bucket', () => {
  test('lists more than a page, oldest first, and no more than it may', async () => {
    const bucket = await createBucket('many');
    await put(bucket, [['z-first', '1']]);
    await sleep(NEXT_SECOND_MS);
    await put(
      bucket,
      Array.from({ length: 2_099 }, (_, n) => [`a/${n}`, '2'] as const),
    );
    const keys = await createS3BatchStore(s3, bucket).list();
    expect(keys[0]).toBe('z-first');
    expect(new Set(keys).size).toBe(2_100);
    expect(await createS3BatchStore(s3, bucket, 1_500).list()).toHaveLength(1_500);
  });

  test('reads and removes a batch; a second removal does no harm, and the bucket keeps the old version', async () => {
    const bucket = await createBucket('one');
    const store = createS3BatchStore(s3, bucket);
    const key = 'aws/lambda/5a8c/topic 1/2026/11/14/2026-11-14T00.38.06-ä+b';
    await put(bucket, [[key, '{"ü":"😀"}']]);
    expect(await store.list()).toEqual([key]);
    expect(await store.read(key)).toBe('{"ü":"😀"}');
    await store.remove(key);
    await store.remove(key);
    expect(await store.read(key)).toBeUndefined();
    expect(await store.list()).toEqual([]);
    const { Versions } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    expect(Versions).toHaveLength(1);
  });

  test('reads no more of an object than 32 MiB, and throws where there is no bucket', async () => {
    const bucket = await createBucket('large');
    await put(bucket, [['large', 'x'.repeat(33 * 1024 * 1024)]]);
    expect(await createS3BatchStore(s3, bucket).read('large')).toHaveLength(32 * 1024 * 1024);
    await expect(createS3BatchStore(s3, 'missing').list()).rejects.toThrow('bucket');
  }, 120_000);
});

describe.skipIf(!hasPython)('with functions', () => {
  beforeAll(async () => {
    for (const name of Object.values(functionNames)) await deployFunction(lambda, { name, module: CONSUMER });
  });

  test('waits for a function, and reports one that throws or is missing without what it was sent', async () => {
    const invoke = createInvoke(lambda, functionNames);
    await invoke('purchases', batch('purchases', 'a', 'b'));
    const failure = await invoke('purchases', batch('purchases', 'secret', 'refuse')).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'consumer_failed' });
    expect(String(failure)).toMatch(/function sales failed \(Unhandled\)/);
    expect(JSON.stringify(failure) + String(failure)).not.toMatch(/secret|c2VjcmV0/);
    const misnamed = createInvoke(lambda, { ...functionNames, purchases: 'no-such-function' });
    await expect(misnamed('purchases', batch('purchases', 'a'))).rejects.toThrow('no-such-function');
  });

  test('the deployed function replays what it can, answers the counts and records them', async () => {
    const bucket = await createBucket('failed');
    const made = await build({
      entryPoints: ['lambdas/replay-failed-batches/handler.ts'],
      bundle: true,
      minify: true,
      write: false,
      platform: 'node',
      target: 'node24',
      format: 'esm',
      mainFields: ['module', 'main'],
    });
    await deployFunction(lambda, {
      name: 'replay',
      module: made.outputFiles[0]?.contents ?? '',
      timeoutSeconds: 900,
      environment: { FAILED_BATCH_BUCKET: bucket, CONSUMER_FUNCTIONS: JSON.stringify(functionNames) },
    });
    const good = topicNames.map((topic) => [`aws/lambda/${topic}/1`, failedObject(batch(topic, 'a'))] as const);
    await put(bucket, [...good, ['aws/lambda/strange', 'not json']]);
    await sleep(NEXT_SECOND_MS);
    const refused = 'aws/lambda/a/refused';
    await put(bucket, [[refused, failedObject(batch('purchases', 'refuse'))]]);
    const { Payload, FunctionError, LogResult } = await lambda.send(
      new InvokeCommand({ FunctionName: 'replay', LogType: 'Tail' }),
    );
    const printed = Buffer.from(LogResult ?? '', 'base64').toString();
    expect(FunctionError, printed).toBeUndefined();
    const counts = { replayed: 3, waiting: 1, unreadable: 1 };
    expect(JSON.parse(Payload?.transformToString() ?? '')).toEqual(counts);
    expect(printed).toContain('"failed_batches_replayed":3,"failed_batches_waiting":2');
    expect(await createS3BatchStore(s3, bucket).list()).toEqual(['aws/lambda/strange', refused]);
  });
});
