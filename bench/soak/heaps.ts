import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import * as z from 'zod';
import { readPrivateJson } from '../../local/engines/private-file.ts';
import { nodeParts, type Parts } from './process-figures.ts';

/** A heap of some hundred MB is collected well within it, also on a busy machine. */
const COLLECTED_WITHIN_MS = 15_000;
const POLL_MS = 50;

const heapSchema = z.object({ heapUsed: z.number(), external: z.number() });

/** What the heaps hold after their garbage has been collected, by part, in bytes: what a leak cannot hide from. */
export async function heapsOf(parts: Parts, heapFolder: string): Promise<Map<string, number>> {
  const heaps = new Map<string, number>();
  for (const part of nodeParts)
    for (const pid of parts.get(part) ?? []) heaps.set(`heap/${part}`, await heapOfNode(pid, heapFolder));
  const [kafka] = parts.get('kafka') ?? [];
  const kafkaHeap = kafka === undefined ? undefined : await heapOfJvm(kafka);
  if (kafkaHeap !== undefined) heaps.set('heap/kafka', kafkaHeap);
  return heaps;
}

async function heapOfNode(pid: number, heapFolder: string): Promise<number> {
  const file = join(heapFolder, `${pid}.json`);
  await rm(file, { force: true });
  process.kill(pid, 'SIGUSR2');
  for (let waitedMs = 0; waitedMs < COLLECTED_WITHIN_MS; waitedMs += POLL_MS) {
    await sleep(POLL_MS);
    const heap = await readPrivateJson(file, heapSchema);
    if (heap !== undefined) return heap.heapUsed + heap.external;
  }
  throw new Error(`process ${pid} did not say within ${COLLECTED_WITHIN_MS} ms what its heap holds`);
}

/** Counting the objects that live collects the others first. Undefined where the JDK's `jcmd` is not there. */
async function heapOfJvm(pid: number): Promise<number | undefined> {
  const options = { timeout: COLLECTED_WITHIN_MS, maxBuffer: 2 ** 24 };
  const counted = await promisify(execFile)('jcmd', [String(pid), 'GC.class_histogram'], options).catch(
    () => undefined,
  );
  const bytes = /^Total\s+\d+\s+(\d+)\s*$/m.exec(counted?.stdout ?? '')?.[1];
  return bytes === undefined ? undefined : Number(bytes);
}
