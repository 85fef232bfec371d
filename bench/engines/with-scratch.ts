import { rmSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Engine = { pid: number; stop(): Promise<void> };

/** A new folder, and what is ended before it is removed: the newest first. */
export type Scratch = { folder: string; ending(engine: Engine): void };

/**
 * A folder for `work` alone. It is removed afterwards, and what was started in it ended, also when `work` throws or the
 * process is interrupted.
 */
export async function withScratch<T>(work: (scratch: Scratch) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'bazaar-bench-'));
  // PostgreSQL, started by root, runs as another user.
  await chmod(folder, 0o755);
  const running: Engine[] = [];
  const removeAtExit = () => {
    for (const { pid } of running) endAtOnce(pid);
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  };
  const interrupt = () => process.exit(130);
  process.once('exit', removeAtExit);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupt);
  try {
    return await work({ folder, ending: (engine) => void running.unshift(engine) });
  } finally {
    process.off('exit', removeAtExit);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt);
    await Promise.allSettled(running.map((engine) => engine.stop()));
    await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
}

/** A JVM ignores every gentler signal that PostgreSQL would obey at once; the backends of a dead PostgreSQL end by themselves. */
function endAtOnce(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It had ended already, and the next one must be ended all the same.
  }
}
