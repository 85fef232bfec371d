import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

const ENTRY = fileURLToPath(new URL('../../local/bazaar.ts', import.meta.url));
const READY_TIMEOUT_MS = 120_000;

const runtimeSchema = z.object({
  url: z.string(),
  database_url: z.string(),
  bi_url: z.string(),
  keys: z.object({ sk: z.string() }),
});
export type RunningSystem = z.output<typeof runtimeSchema> & { stop(): Promise<void> };

/**
 * Starts what `npm start -- --no-traffic --no-training` starts, in processes of its own.
 *
 * @param windowMs the consumers' batching window.
 */
export async function startSystem(dataDir: string, port: number, windowMs: number): Promise<RunningSystem> {
  const args = ['start', '--no-traffic', '--no-training', '--data-dir', dataDir, '--port', String(port)];
  const child = spawn(process.execPath, [ENTRY, ...args, '--batching-window', String(windowMs)], {
    env: { ...process.env, DATABASE_URL: '', KAFKA_BROKERS: '' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  // What measures goes before the rest; what it starts would inherit that.
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_NORMAL);
  const end = () => child.kill('SIGTERM');
  process.once('exit', end);
  const stop = async () => {
    process.off('exit', end);
    end();
    await exited;
  };
  try {
    await ready(child);
    const runtime = runtimeSchema.parse(JSON.parse(await readFile(join(dataDir, 'runtime.json'), 'utf8')));
    return { ...runtime, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function ready({ stdout }: ChildProcess): Promise<void> {
  if (stdout === null) throw new Error('the output of the system is not piped');
  const said: string[] = [];
  const timeout = setTimeout(() => stdout.destroy(new Error('not ready in time')), READY_TIMEOUT_MS);
  try {
    for await (const line of createInterface({ input: stdout })) {
      said.push(line);
      if (line.startsWith('ready ')) return;
    }
  } finally {
    clearTimeout(timeout);
  }
  throw new Error(`the system did not start: ${said.join('; ')}`);
}
