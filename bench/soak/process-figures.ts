import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { familyOf } from '../report/processes.ts';

const BYTES_PER_KIB = 1_024;

/** The ids of the processes of a soaked system, by their part in it; all of PostgreSQL's are one part. */
export type Parts = ReadonlyMap<string, readonly number[]>;

/** Finds the parts of the system that the process `root` started. Linux only: it reads /proc. */
export async function partsOf(root: number): Promise<Parts> {
  const parts = new Map<string, number[]>();
  for (const pid of [...(await familyOf([root]))].sort((a, b) => a - b)) {
    const part = pid === root ? 'start' : partOf(await readProc(pid, 'cmdline'));
    if (part !== undefined) parts.set(part, [...(parts.get(part) ?? []), pid]);
  }
  return parts;
}

/** What the parts of the system hold: by part, in bytes and in pieces; of PostgreSQL also what one of its processes does. */
export async function figuresOf(parts: Parts): Promise<Map<string, number>> {
  const figures = new Map<string, number>();
  for (const [part, pids] of parts) {
    const memory = await Promise.all(pids.map(memoryOf));
    const handles = await Promise.all(pids.map(handlesOf));
    const count = total(handles.map(({ length }) => length));
    figures.set(`memory/${part}`, total(memory.map(({ all }) => all)));
    figures.set(`handles/${part}`, count);
    if (part === 'postgres') {
      figures.set('backend-memory/postgres', total(memory.map(({ own }) => own)) / pids.length);
      figures.set('backend-handles/postgres', count / pids.length);
    } else figures.set(`sockets/${part}`, handles.flat().filter((target) => target.startsWith('socket:')).length);
  }
  return figures;
}

/** Those whose heaps our signal asks about. */
export const nodeParts = ['start', 'api', 'consumers'] as const;

function partOf(commandLine: string): string | undefined {
  const [program = '', ...rest] = commandLine.split('\0');
  if (program.includes('postgres')) return 'postgres';
  if (basename(program) === 'java') return 'kafka';
  return rest.some((argument) => argument.endsWith('serve.ts')) ? rest.filter(Boolean).at(-1) : undefined;
}

/**
 * In bytes. What a process shares with others counts in parts (PSS): the buffers of PostgreSQL once, and not with each backend;
 * `own` is without them.
 */
async function memoryOf(pid: number): Promise<{ all: number; own: number }> {
  const text = await readProc(pid, 'smaps_rollup');
  const bytesOf = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) * BYTES_PER_KIB;
  const all = bytesOf('Pss');
  return { all, own: all - bytesOf('Pss_Shmem') };
}

/** What each open handle stands for. One that is closed meanwhile was open all the same. */
async function handlesOf(pid: number): Promise<string[]> {
  const handles = await readdir(`/proc/${pid}/fd`).catch(() => []);
  return Promise.all(handles.map((handle) => readlink(`/proc/${pid}/fd/${handle}`).catch(() => '')));
}

function readProc(pid: number, file: string): Promise<string> {
  return readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
