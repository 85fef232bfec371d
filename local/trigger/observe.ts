import type { Invoke } from './gather.ts';
import type { SourceRecord } from './source.ts';

/** What one invocation of a function was given and how it ended. Times are milliseconds since 1970. */
export type Invocation = {
  functionName: string;
  records: readonly SourceRecord[];
  startedMs: number;
  endedMs: number;
  hasFailed: boolean;
};

/** Hears of each invocation once it has ended; must not throw. */
export type InvocationObserver = (invocation: Invocation) => void;

/** The same function, with somebody told of each invocation. */
export function observed(functionName: string, invoke: Invoke, observe: InvocationObserver): Invoke {
  return async function observedInvoke(records) {
    const startedMs = Date.now();
    let hasFailed = true;
    try {
      const outcome = await invoke(records);
      hasFailed = false;
      return outcome;
    } finally {
      observe({ functionName, records, startedMs, endedMs: Date.now(), hasFailed });
    }
  };
}
