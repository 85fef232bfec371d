import type { Target } from '../sender/target.ts';
import { crowd, type TimedEvent } from './crowd.ts';
import { type DriveResult, drive } from './drive.ts';

const GIVE_UP_AFTER_MS = 30_000;

export type Simulation = {
  readonly target: Target;
  readonly users: number;
  /** Events a second. */
  readonly rate: number;
  /** Endless when left out. */
  readonly seconds: number | undefined;
  readonly seed: number;
};

/** Drives the shoppers described, from now on, until their time is over or `stop` is set. */
export function simulate(
  { target, users, rate, seconds, seed }: Simulation,
  stop: AbortSignal,
  onError: (message: string) => void,
): Promise<DriveResult> {
  const startMs = Date.now();
  const events = crowd({ seed, users, rate, startMs });
  const bounded = seconds === undefined ? events : before(events, startMs + seconds * 1000);
  return drive(target, bounded, { stop, giveUpAfterMs: GIVE_UP_AFTER_MS, onError });
}

function* before(events: Iterable<TimedEvent>, endMs: number): Generator<TimedEvent, void> {
  for (const event of events) {
    if (event.atMs >= endMs) return;
    yield event;
  }
}
