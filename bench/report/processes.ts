import { readdir, readFile } from 'node:fs/promises';

type Process = { pid: number; parent: number };

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

/** The ids of these processes and of all that they started. Linux only: it reads /proc. */
export async function familyOf(roots: readonly number[]): Promise<Set<number>> {
  const processes = await listProcesses();
  const family = new Set(roots);
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid);
  }
  return family;
}

/** The process that started this one: of a database's backend, its server. */
export async function parentOf(pid: number): Promise<number | undefined> {
  return (await listProcesses()).find((process) => process.pid === pid)?.parent;
}
