import { setTimeout as sleep } from 'node:timers/promises';
import { currencyCodes } from '../../events/currencies.ts';
import { knownProduct, SHOP_CURRENCY, sendLoad } from './load.ts';
import { type Ports, probe, STAGES, type Times } from './probe.ts';

const SEED_RATE = 1_000;
const SEED_SECONDS = 15;
const WARM_SECONDS = 5;
const PROBES_PER_SECOND = 5;
/** Each so many probes one asks for recommendations. */
const ASKING_PROBES = 2;
const DRAIN_POLL_MS = 200;
const QUIET_MS = 1_000;
const DRAIN_LIMIT_MS = 120_000;

const STORED = `select (select count(*) from raw_product_views) + (select count(*) from raw_cart_events) + (select count(*) from raw_purchases) as events`;

/** Lets enough visitors pass by that something can be recommended for each product. */
export async function seed(ports: Ports): Promise<void> {
  await sendLoad(ports.client, SEED_RATE, SEED_SECONDS);
  await drained(ports);
}

/** The times of probes while a steady stream flows, and whether the system kept up with it. */
export async function measureRate(ports: Ports, eventsPerSecond: number, seconds: number) {
  await sendLoad(ports.client, eventsPerSecond, WARM_SECONDS);
  await drained(ports);
  const times = Object.fromEntries(STAGES.map((stage): [string, number[]] => [stage, []])) as Times;
  const free = currencyCodes.filter((code) => code !== SHOP_CURRENCY);
  const failures: string[] = [];
  const begin = performance.now();
  const load = sendLoad(ports.client, eventsPerSecond, seconds);
  const probes: Promise<void>[] = [];
  for (let n = 0; n < PROBES_PER_SECOND * seconds; n += 1) {
    await sleep(Math.max(0, begin + ((n + Math.random()) * 1000) / PROBES_PER_SECOND - performance.now()));
    const currency = free.shift();
    if (currency === undefined) continue;
    const asked = { currency, knownProduct: knownProduct(), asks: n % ASKING_PROBES === 0 };
    probes.push(
      probe(ports, times, asked)
        .catch((error: unknown) => void failures.push(String(error)))
        .finally(() => free.push(currency)),
    );
  }
  const { sent, failures: refused } = await load;
  const sentIn = (performance.now() - begin) / 1000;
  const drainMs = await drained(ports);
  await Promise.all(probes);
  return {
    ...{ events_per_second: eventsPerSecond, sent_per_second: Math.round(sent / sentIn) },
    ...{ drained_after_ms: Math.round(drainMs), failures: summary([...refused, ...failures]), times },
  };
}

/** How many there were of each kind. */
function summary(failures: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const failure of failures) counts[failure] = (counts[failure] ?? 0) + 1;
  return counts;
}

/** Waits until the number of stored events has not grown for a while, and says for how many milliseconds it grew. */
async function drained({ owner }: Ports): Promise<number> {
  const start = performance.now();
  const since = () => performance.now() - start;
  let [before, grewMs] = [-1, 0];
  while (since() < DRAIN_LIMIT_MS && since() - grewMs < QUIET_MS) {
    const events = Number((await owner.query(STORED)).rows[0]?.events);
    if (events !== before) [before, grewMs] = [events, since()];
    await sleep(DRAIN_POLL_MS);
  }
  return grewMs;
}
