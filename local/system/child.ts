import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { BazaarError } from '../../platform/errors.ts';
import type { Running } from '../supervise.ts';
import type { Told } from './relay.ts';

export type ChildOptions = {
  name: string;
  entry: URL;
  args?: readonly string[];
  env: NodeJS.ProcessEnv;
  logFile: string;
  /** Waits until the child says that it serves. */
  awaitsReady: boolean;
  /** Hears what else the child says to its parent. */
  onMessage?: (message: unknown) => void;
};

const READY_TIMEOUT_MS = 30_000;
const STOP_GRACE_MS = 5_000;
/** A child whose parent was killed ends; kafkajs's harmless complaint about negative timeouts is left out. */
const NODE_OPTIONS = [
  '--disable-warning=TimeoutNegativeWarning',
  '--import',
  import.meta.resolve('./end-with-parent.ts'),
];

/** Runs a TypeScript entry in a process of its own, its output in a file. Throws when it does not get ready. */
export async function startChild(
  options: ChildOptions,
): Promise<Required<Running> & Told & { pid: number | undefined }> {
  const log = await open(options.logFile, 'a', 0o600);
  const child = fork(fileURLToPath(options.entry), [...(options.args ?? [])], {
    env: { ...process.env, ...options.env },
    execArgv: NODE_OPTIONS,
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  });
  const exited = once(child, 'exit').then(() => undefined);
  if (options.onMessage !== undefined) child.on('message', options.onMessage);
  await log.close();
  const stop = () => stopChild(child, exited);
  if (options.awaitsReady && !(await isReady(child, exited))) {
    await stop();
    throw new BazaarError('engine_failed', `${options.name} did not get ready; its log is ${options.logFile}`);
  }
  // Who is ending is told nothing any more.
  const tell = (message: unknown) => void (child.connected && child.send(message as object, () => undefined));
  return { pid: child.pid, exited, stop, tell };
}

async function isReady(child: ChildProcess, exited: Promise<void>): Promise<boolean> {
  const ready = once(child, 'message', { signal: AbortSignal.timeout(READY_TIMEOUT_MS) }).then(
    () => true,
    () => false,
  );
  return Promise.race([ready, exited.then(() => false)]);
}

async function stopChild(child: ChildProcess, exited: Promise<void>): Promise<void> {
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
  if (child.exitCode === null && child.signalCode === null) await exited;
  clearTimeout(killer);
}
