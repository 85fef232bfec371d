import { explain, InterruptedError } from './errors.ts';
import { printable } from './printable.ts';

/** What every command ends with; a command may have more meanings for 1. */
export const EXIT = { done: 0, refused: 1, notDone: 2, interrupted: 130 } as const;

/** Everything stops within seconds; what hangs ends with the process. */
const GRACE_MS = 20_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Does the work of a command: its number is the exit status, an error becomes one line and status 2. Ctrl-C (or SIGTERM)
 * aborts the signal and leaves the work some seconds to tidy up; status 130. A second one changes nothing: who starts us hands
 * on what the terminal has sent already.
 */
export async function work(run: (signal: AbortSignal) => Promise<number>): Promise<void> {
  const stop = new AbortController();
  const onSignal = () => {
    if (stop.signal.aborted) return;
    stop.abort(new InterruptedError());
    setTimeout(() => process.exit(EXIT.interrupted), GRACE_MS).unref();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    process.exitCode = await run(stop.signal);
  } catch (error) {
    console.error(stop.signal.aborted ? 'interrupted' : printable(`error: ${explain(error)}`));
    process.exitCode = stop.signal.aborted ? EXIT.interrupted : EXIT.notDone;
  }
  // Workers and sessions that an interruption left behind end with the process.
  if (stop.signal.aborted) process.exit();
}

/** The result, or the interruption if that comes first: for work that one statement of SQL does, which ends with its session. */
export function unlessAborted<T>(signal: AbortSignal, result: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    result.then(resolve, reject);
  });
}
