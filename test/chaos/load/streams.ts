import { crowd, type TimedEvent } from '../../../local/shoppers/crowd.ts';

const HOUR_MS = 3_600_000;

const NOW_PER_SECOND = 250;

/** Hours of the shop, which end when they have been sent, within seconds; then the shop of now. */
export function* hastened(options: {
  seed: number;
  startMs: number;
  hours: number;
  seconds: number;
  count: number;
}): Generator<TimedEvent> {
  const { seed, startMs, hours, seconds, count } = options;
  const endMs = startMs + seconds * 1000;
  const beganMs = endMs - hours * HOUR_MS;
  const past = crowd({ seed, users: 40, rate: count / (hours * 3600), startMs: beganMs });
  for (const { atMs, event } of past) {
    if (atMs >= endMs) break;
    yield { atMs: startMs + ((atMs - beganMs) / (hours * HOUR_MS)) * seconds * 1000, event };
  }
  yield* crowd({ seed: seed + 1, users: 40, rate: NOW_PER_SECOND, startMs: endMs });
}

/** The crowd's events, every second view and purchase of one product. */
export function* onOneProduct(options: { seed: number; startMs: number; rate: number }): Generator<TimedEvent> {
  let turn = 0;
  for (const { atMs, event } of crowd({ ...options, users: 60 })) {
    turn += 1;
    const isHot = turn % 2 === 0 && 'product_id' in event;
    yield { atMs, event: isHot ? { ...event, product_id: 'hot' } : event };
  }
}
