import { postEvents } from '../../local/sender/post-events.ts';
import type { Target } from '../../local/sender/target.ts';
import { crowd } from '../../local/shoppers/crowd.ts';

const DAY_MS = 86_400_000;
const DAYS = 6.9;
/** Events a second, at night and at noon alike before the shoppers' day is bent. */
const RATE = 0.06;
const USERS = 400;
const MAX_BATCH = 500;
/** Busiest at the hour in which it ends, and a sixth of that half a day away. */
const BEND = 0.7;

/** Sends a week of simulated shoppers that ends now, through the API. */
export async function sendHistory(target: Target, seed: number): Promise<number> {
  const endMs = Date.now();
  let batch: string[] = [];
  let sent = 0;
  const flush = async () => {
    const { rejected } = await postEvents(target, batch);
    if (rejected[0] !== undefined) throw new Error(rejected[0].message);
    sent += batch.length;
    batch = [];
  };
  for (const { atMs, event } of crowd({ seed, users: USERS, rate: RATE, startMs: endMs - DAYS * DAY_MS })) {
    if (atMs >= endMs) break;
    const angle = (2 * Math.PI * (atMs - endMs)) / DAY_MS;
    const bentMs = atMs - (BEND * Math.sin(angle) * DAY_MS) / (2 * Math.PI);
    batch.push(JSON.stringify({ ...event, occurred_at: new Date(bentMs).toISOString() }));
    if (batch.length === MAX_BATCH) await flush();
  }
  await flush();
  return sent;
}
