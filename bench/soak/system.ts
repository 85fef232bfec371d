import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { readPrivateJson } from '../../local/engines/private-file.ts';

const ENTRY = fileURLToPath(new URL('../../local/bazaar.ts', import.meta.url));
/** Packages of the engines may have to be fetched first. */
const READY_TIMEOUT_MS = 180_000;
const STOP_GRACE_MS = 30_000;
const POLL_MS = 200;

const runtimeSchema = z.object({
  url: z.string(),
  database_url: z.string(),
  kafka: z.array(z.string()).nullable(),
  keys: z.object({ sk: z.string() }),
  pid: z.int(),
});

export type SoakedSystem = Omit<z.output<typeof runtimeSchema>, 'kafka'> & {
  brokers: string[];
  dataDir: string;
  /** Where its Node processes write what their heaps hold when they get SIGUSR2. */
  heapFolder: string;
  stop(): Promise<void>;
};

/**
 * Starts `bazaar start --no-traffic --no-training` in processes of its own, which end with this one. Throws when it does not
 * get ready, or has no Kafka whose lag could be read.
 */
export async function startSoakedSystem({ dataDir, port }: { dataDir: string; port: number }): Promise<SoakedSystem> {
  const heapFolder = join(dataDir, 'heaps');
  await mkdir(heapFolder, { recursive: true });
  const log = await open(join(dataDir, 'system.log'), 'a');
  const flags = ['start', '--no-traffic', '--no-training', '--port', String(port), '--data-dir', dataDir];
  const child = fork(ENTRY, flags, {
    env: { ...process.env, DATABASE_URL: '', KAFKA_BROKERS: '', HEAP_FOLDER: heapFolder, NODE_OPTIONS: nodeOptions() },
    execArgv: ['--import', new URL('../../local/system/end-with-parent.ts', import.meta.url).href],
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
    detached: true,
  });
  await log.close();
  const stop = () => stopSystem(child);
  try {
    const { kafka, ...runtime } = await waitUntilReady(child, dataDir);
    if (kafka === null)
      throw new Error('the system runs on the embedded log; the soak needs Kafka (Docker, or Java and Maven)');
    return { ...runtime, brokers: kafka, dataDir, heapFolder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function nodeOptions(): string {
  const own = ['--expose-gc', `--import=${new URL('heap-on-signal.ts', import.meta.url).href}`];
  return [process.env.NODE_OPTIONS ?? '', ...own].join(' ').trim();
}

async function waitUntilReady(child: ChildProcess, dataDir: string): Promise<z.output<typeof runtimeSchema>> {
  for (let waitedMs = 0; waitedMs < READY_TIMEOUT_MS && child.exitCode === null; waitedMs += POLL_MS) {
    const runtime = await readPrivateJson(join(dataDir, 'runtime.json'), runtimeSchema);
    if (runtime?.pid === child.pid && runtime !== undefined) return runtime;
    await sleep(POLL_MS);
  }
  throw new Error(`the system did not get ready; its log is ${join(dataDir, 'system.log')}`);
}

async function stopSystem(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
  await exited;
  clearTimeout(killer);
}
