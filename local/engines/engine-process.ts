import { type ChildProcess, spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { BazaarError } from '../../platform/errors.ts';
import { endRecordedProcess, recordProcess } from './process-record.ts';

/** A running server process of ours. `exited` resolves when it has ended, for whatever reason. */
export type EngineProcess = { pid: number; exited: Promise<void>; stop(): Promise<void> };

export type EngineCommand = {
  name: string;
  command: string;
  args: readonly string[];
  /** Where the process is remembered, and where its output goes. */
  recordFile: string;
  logFile: string;
  env?: NodeJS.ProcessEnv;
  user?: { uid: number; gid: number } | undefined;
  stopSignal: NodeJS.Signals;
};

/** Databases flush on shutdown: this long is given before SIGKILL. */
const STOP_GRACE_MS = 8_000;

/**
 * Starts a server in a process group of its own, so that Ctrl-C in a terminal reaches only us and we stop things in
 * order. Throws `BazaarError` (`engine_failed`) when the program cannot be run.
 */
export async function startEngineProcess(engine: EngineCommand): Promise<EngineProcess> {
  const log = await open(engine.logFile, 'a', 0o600);
  const child = spawn(engine.command, engine.args, {
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: engine.env ?? process.env,
    ...engine.user,
  });
  const exited = exitOf(child);
  await log.close();
  if (child.pid === undefined) {
    const cause = await exited;
    throw new BazaarError('engine_failed', `${engine.name} could not be started: ${cause?.message ?? 'no process'}`);
  }
  await recordProcess(engine.recordFile, child.pid);
  const stop = () => endRecordedProcess(engine.recordFile, engine.stopSignal, STOP_GRACE_MS);
  return { pid: child.pid, exited: exited.then(() => undefined), stop };
}

/** Ends what an earlier start left behind, if its parent was killed before it could. */
export async function endLeftover(engine: Pick<EngineCommand, 'recordFile' | 'stopSignal'>): Promise<void> {
  await endRecordedProcess(engine.recordFile, engine.stopSignal, STOP_GRACE_MS);
}

function exitOf(child: ChildProcess): Promise<Error | undefined> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve(undefined));
    child.once('error', resolve);
  });
}
