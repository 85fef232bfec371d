import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { promisify } from 'node:util';

type Process = { pid: number; parent: number; command: string };

/** Linux alone has /proc and taskset. */
async function listProcesses(): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [stat, command] = await Promise.all([
        readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ''),
        readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
      ]);
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return { pid, parent, command: command.replaceAll('\0', ' ') };
    }),
  );
  return found.filter(({ parent }) => Number.isInteger(parent));
}

/** Whether a process's command line holds one of the texts. */
export function isOneOf(texts: readonly string[]): (command: string) => boolean {
  return (command) => texts.some((text) => command.includes(text));
}

/**
 * Puts PostgreSQL and what else `isCore0` says of the processes named, and of all that they started, on core 0; the rest of
 * them and this process on the others.
 */
export async function pinProcesses(roots: readonly number[], isCore0: (command: string) => boolean): Promise<void> {
  const processes = await listProcesses();
  const family = new Set(roots);
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid);
  }
  for (const { pid, command } of processes) {
    if (!family.has(pid) && pid !== process.pid) continue;
    const isOnCore0 = pid !== process.pid && isCore0(command);
    await promisify(execFile)('taskset', ['-a', '-p', '-c', isOnCore0 ? '0' : `1-${cpus().length - 1}`, String(pid)]);
  }
}

/** The process that started this one: of a database's backend, its server. */
export async function parentOf(pid: number): Promise<number | undefined> {
  return (await listProcesses()).find((process) => process.pid === pid)?.parent;
}
