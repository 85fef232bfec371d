import {
  type _Object,
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { FailedBatchStore } from './replay.ts';

/** Reading, and removing, takes at most this long. */
export const STORE_TIMEOUT_MS = 20_000;
/** A hundred requests; the backlog of an outage beyond that is for the next runs. */
const MAX_KEYS = 100_000;
/** Several times what Lambda writes for an invocation of 6 MB; what is larger is something else. */
const MAX_BYTES = 32 * 1024 * 1024;

/** The bucket that is the on-failure destination of the event source mappings. */
export function createS3BatchStore(client: S3Client, bucket: string, maxKeys = MAX_KEYS): FailedBatchStore {
  const bounded = () => ({ abortSignal: AbortSignal.timeout(STORE_TIMEOUT_MS) });
  return {
    async list() {
      const found: _Object[] = [];
      const pages = paginateListObjectsV2({ client }, { Bucket: bucket }, bounded());
      for await (const { Contents = [] } of pages) {
        found.push(...Contents);
        if (found.length >= maxKeys) break;
      }
      return found
        .slice(0, maxKeys)
        .sort(byAge)
        .flatMap(({ Key }) => Key ?? []);
    },
    async read(key) {
      // An object that is cut at the end of the range is no JSON.
      const command = new GetObjectCommand({ Bucket: bucket, Key: key, Range: `bytes=0-${MAX_BYTES - 1}` });
      try {
        const { Body } = await client.send(command, bounded());
        return (await Body?.transformToString()) ?? '';
      } catch (error) {
        if (error instanceof NoSuchKey) return undefined;
        throw error;
      }
    },
    async remove(key) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }), bounded());
    },
  };
}

/** Keys begin with the mapping, not with a time. */
function byAge(a: _Object, b: _Object): number {
  return (a.LastModified?.getTime() ?? 0) - (b.LastModified?.getTime() ?? 0);
}
