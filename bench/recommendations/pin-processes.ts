import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { promisify } from 'node:util';

type Process = { pid: number; parent: number };

/** Linux alone has /proc and taskset. */
async function listProcesses(): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      return { pid, parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) };
    }),
  );
  return found.filter(({ parent }) => Number.isInteger(parent));
}

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

async function familyOf(roots: readonly number[]): Promise<Set<number>> {
  const processes = await listProcesses();
  const family = new Set(roots);
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid);
  }
  return family;
}

async function setCores(pid: number, cores: string): Promise<void> {
  await promisify(execFile)('taskset', ['-a', '-p', '-c', cores, String(pid)]);
}

/** The process that started this one: of a database's backend, its server. */
export async function parentOf(pid: number): Promise<number | undefined> {
  return (await listProcesses()).find((process) => process.pid === pid)?.parent;
}
