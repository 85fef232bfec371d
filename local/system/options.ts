import type { LogChoice } from '../engines/log.ts';

/** What `bazaar start` can be told. */
export type StartOptions = {
  port: number;
  dataDir: string;
  log: LogChoice;
  hasTraffic: boolean;
  hasTraining: boolean;
  /** How long an invocation of a consumer waits for more events. */
  batchingWindowMs: number;
  /** Of prices that come without one, under whichever key. */
  defaultCurrency: string | undefined;
};
