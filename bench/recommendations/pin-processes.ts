import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { promisify } from 'node:util';
import { familyOf } from '../report/processes.ts';

/**
 * Puts the processes `alone` on core 0, and what else the processes `roots` started, these and this process, on the others.
 * What it returns gives all of them all cores again: they outlive this measurement, and the next one would suffer from it.
 */
export async function pinProcesses(roots: readonly number[], alone: ReadonlySet<number>): Promise<() => Promise<void>> {
  const last = cpus().length - 1;
  for (const pid of await familyOf([...roots, ...alone, process.pid]))
    await setCores(pid, alone.has(pid) ? '0' : `1-${last}`);
  return async () => {
    for (const pid of await familyOf([...roots, process.pid])) await setCores(pid, `0-${last}`).catch(() => undefined);
  };
}

async function setCores(pid: number, cores: string): Promise<void> {
  await promisify(execFile)('taskset', ['-a', '-p', '-c', cores, String(pid)]);
}
