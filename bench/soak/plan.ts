import { crowd, type TimedEvent } from '../../local/shoppers/crowd.ts';

/** How many events a second come in, and when. */
export type Plan = { minutes: number; steadyPerSecond: number; burstPerSecond: number };

export const MINUTE_MS = 60_000;
const BURST_EVERY_MS = 180_000;
const BURST_BEGINS_MS = 120_000;
const BURST_LASTS_MS = 20_000;
/** Far more than the places in the shop: who leaves comes back after a while, with the cart as it was. */
const USERS = 20_000;

/** Whether a burst comes in at this time after the start. */
export function isBurst(elapsedMs: number): boolean {
  const within = (elapsedMs % BURST_EVERY_MS) - BURST_BEGINS_MS;
  return within >= 0 && within < BURST_LASTS_MS;
}

/** When the plan's events come in, in milliseconds after its start. */
export function* plannedTimes({ minutes, steadyPerSecond, burstPerSecond }: Plan): Generator<number> {
  for (let atMs = 0; atMs < minutes * MINUTE_MS; atMs += 1_000 / (isBurst(atMs) ? burstPerSecond : steadyPerSecond))
    yield atMs;
}

/** The events themselves, of one crowd that acts at the plan's pace; they end with it. */
export function* plannedEvents(
  plan: Plan,
  { seed, startMs }: { seed: number; startMs: number },
): Generator<TimedEvent> {
  const people = crowd({ seed, users: USERS, rate: plan.burstPerSecond, startMs });
  for (const afterMs of plannedTimes(plan)) {
    const atMs = Math.floor(startMs + afterMs);
    yield { atMs, event: { ...people.next().value.event, occurred_at: new Date(atMs).toISOString() } };
  }
}
