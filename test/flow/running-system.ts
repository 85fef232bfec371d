import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { freePort } from '../../local/engines/free-port.ts';

const runtimeSchema = z.object({
  url: z.string(),
  keys: z.object({ pk: z.string(), sk: z.string(), ak: z.string() }),
  database_url: z.string(),
  bi_url: z.string(),
  kafka: z.array(z.string()).nullable(),
  pid: z.number(),
});
export type RunningSystem = z.output<typeof runtimeSchema> & { dataDir: string; process: ChildProcess };

const BAZAAR = fileURLToPath(new URL('../../local/bazaar.ts', import.meta.url));
const START_TIMEOUT_MS = 90_000;
const STOP_TIMEOUT_MS = 20_000;

/** A data folder of its own for `work`, removed afterwards. */
export async function withDataFolder(work: (dataDir: string) => Promise<void>): Promise<void> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'bazaar-flow-'));
  // As root, PostgreSQL would else put its cluster outside of this folder, where nobody removes it.
  await chmod(dataDir, 0o755);
  try {
    await work(dataDir);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Starts the system as `npm start` does, without shoppers, and resolves when it says that it is ready. */
export async function startSystem(dataDir: string, log: 'auto' | 'embedded'): Promise<RunningSystem> {
  const args = [
    BAZAAR,
    'start',
    '--port',
    String(await freePort()),
    '--data-dir',
    dataDir,
    '--no-traffic',
    '--log',
    log,
  ];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ready = (async () => {
    for await (const line of createInterface({ input: child.stdout })) if (line.startsWith('ready http')) return true;
    return false;
  })();
  const answer = await Promise.race([ready, sleep(START_TIMEOUT_MS, false, { ref: false })]);
  if (!answer) {
    child.kill('SIGKILL');
    throw new Error('the system did not start');
  }
  const text = await readFile(path.join(dataDir, 'runtime.json'), 'utf8');
  return { ...runtimeSchema.parse(JSON.parse(text)), dataDir, process: child };
}

/** Asks the system to stop, as Ctrl-C does, and gives its exit code. */
export async function stopSystem(system: RunningSystem): Promise<number | null> {
  if (system.process.exitCode !== null) return system.process.exitCode;
  const exited = once(system.process, 'exit', { signal: AbortSignal.timeout(STOP_TIMEOUT_MS) });
  system.process.kill('SIGTERM');
  const [code] = await exited;
  return code;
}

/** Asks until the answer satisfies `isRight`, for ten seconds at most; then gives the last answer. */
export async function eventually<T>(ask: () => Promise<T>, isRight: (answer: T) => boolean): Promise<T> {
  const until = Date.now() + 10_000;
  for (;;) {
    const answer = await ask();
    if (isRight(answer) || Date.now() > until) return answer;
    await sleep(20);
  }
}
