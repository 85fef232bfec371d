import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import * as z from 'zod';

/** A process id alone may since have gone to another process; together with the start time it names one process. */
const recordSchema = z.object({ pid: z.int().positive(), startedAt: z.string().min(1) });
type ProcessRecord = z.output<typeof recordSchema>;

const POLL_MS = 25;

/** When the process began, as the system tells it, or undefined when it is gone (a zombie counts as gone). */
export async function startTimeOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') return startTimeFromProc(pid);
  const found = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => undefined);
  return found?.stdout.trim() || undefined;
}

async function startTimeFromProc(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => undefined);
  // The command name, in brackets, may hold spaces and brackets of its own: fields are counted after its last one.
  const [state, ...fields] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  return state === undefined || state === 'Z' ? undefined : fields[18];
}

/** Remembers in `file` which process serves, so that a later start can find it after this one was killed. */
export async function recordProcess(file: string, pid: number): Promise<void> {
  const startedAt = await startTimeOf(pid);
  if (startedAt !== undefined) await writeFile(file, JSON.stringify({ pid, startedAt }), { mode: 0o600 });
}

/** The recorded process if it still runs, else undefined. */
export async function recordedProcess(file: string): Promise<ProcessRecord | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const record = recordSchema.safeParse(parseJson(text)).data;
  return record !== undefined && (await startTimeOf(record.pid)) === record.startedAt ? record : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Ends the process that `file` records, if it still runs: politely first, by SIGKILL after `graceMs`. */
export async function endRecordedProcess(file: string, polite: NodeJS.Signals, graceMs: number): Promise<void> {
  const record = await recordedProcess(file);
  if (record !== undefined) await endProcess(record, polite, graceMs);
  await rm(file, { force: true });
}

async function endProcess({ pid, startedAt }: ProcessRecord, polite: NodeJS.Signals, graceMs: number): Promise<void> {
  const isGone = async () => (await startTimeOf(pid)) !== startedAt;
  for (const signal of [polite, 'SIGKILL'] as const) {
    signalIfAlive(pid, signal);
    for (let waitedMs = 0; waitedMs < graceMs; waitedMs += POLL_MS) {
      if (await isGone()) return;
      await sleep(POLL_MS);
    }
  }
}

function signalIfAlive(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone between the look and the signal.
  }
}
