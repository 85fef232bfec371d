import { once } from 'node:events';
import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { BazaarError, messageOf } from '../../platform/errors.ts';
import { type Job, runJob } from './run-job.ts';
import type { MemoryPlan, SharedMemory } from './wasm/shared-memory.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/** How many threads, and how to end them early. */
export type TeamOptions = {
  /** One works in the caller's thread, and lets its event loop breathe; more are workers beside it. */
  readonly threads: number;
  readonly signal?: AbortSignal | undefined;
  /** The built `als-worker.ts`; by default beside this file and, bundled as `.mjs`, beside the bundle. */
  readonly workerEntry?: URL | undefined;
};

/** Does one job at a time; resolves when all its parts are done. */
export type Team = { run(job: Job): Promise<void> };

/** The room of a team in shared memory. */
export type TeamRoom = { readonly counterAt: number; readonly scratchesAt: readonly number[] };

const BREATH_MS = 50;

const ownExtension = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
const DEFAULT_ENTRY = new URL(`als-worker${ownExtension}`, import.meta.url);

export function reserveTeam(plan: MemoryPlan, threads: number, scratchFloats: number): TeamRoom {
  const counterAt = plan.reserve(1);
  return { counterAt, scratchesAt: Array.from({ length: threads }, () => plan.reserve(scratchFloats)) };
}

/**
 * Lends a team to `body` and ends its threads however `body` ends.
 *
 * @throws BazaarError (`training_failed`) when a thread fails or ends; the signal's reason when it is aborted.
 */
export async function withTeam<Result>(
  memory: SharedMemory,
  { counterAt, scratchesAt }: TeamRoom,
  { signal, workerEntry = DEFAULT_ENTRY }: TeamOptions,
  body: (team: Team) => Promise<Result>,
): Promise<Result> {
  const workspaces = scratchesAt.map((scratchAt): Workspace => ({ memory, counterAt, scratchAt }));
  const counter = new Int32Array(memory.buffer, counterAt, 1);
  const [only] = workspaces;
  if (workspaces.length === 1 && only !== undefined) return body(callersThread(counter, only, signal));
  return withWorkers(counter, workspaces, { signal, workerEntry }, body);
}

function callersThread(counter: Int32Array, workspace: Workspace, signal: AbortSignal | undefined): Team {
  const context = openWorkspace(workspace);
  const run = async (job: Job) => {
    counter[0] = 0;
    do {
      await setImmediate();
      signal?.throwIfAborted();
    } while (!runJob(context, job, performance.now() + BREATH_MS));
  };
  return { run };
}

async function withWorkers<Result>(
  counter: Int32Array,
  workspaces: readonly Workspace[],
  { signal, workerEntry }: { signal: AbortSignal | undefined; workerEntry: URL },
  body: (team: Team) => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted();
  const failure = Promise.withResolvers<never>();
  const fail = (detail: string, cause?: unknown) =>
    failure.reject(new BazaarError('training_failed', `a thread of the training ${detail}`, { cause }));
  const abort = () => failure.reject(signal?.reason);
  const workers: Worker[] = [];
  signal?.addEventListener('abort', abort);
  const run = async (job: Job) => {
    Atomics.store(counter, 0, 0);
    const answers = workers.map((worker) => once(worker, 'message'));
    for (const worker of workers) worker.postMessage(job);
    await Promise.all(answers);
  };
  try {
    for (const workerData of workspaces) {
      const worker = new Worker(workerEntry, { workerData });
      worker.once('error', (cause) => fail(`failed: ${messageOf(cause)}`, cause));
      worker.once('exit', (code) => fail(`ended by itself with code ${code}`));
      workers.push(worker);
    }
    return await Promise.race([failure.promise, body({ run })]);
  } finally {
    signal?.removeEventListener('abort', abort);
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}
