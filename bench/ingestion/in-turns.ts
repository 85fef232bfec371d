import { processorSeconds } from '../report/processor-time.ts';
import { median, quantiles } from '../report/quantiles.ts';
import type { Contestant } from './contestants.ts';

export type Load = { events: number; inFlight: number; requests: number };
/** What one of those that were compared took. Times are in microseconds. */
export type Measured = {
  name: string;
  events: number;
  in_flight: number;
  p50_us: number;
  p95_us: number;
  p99_us: number;
  /** The median of the rounds. */
  events_per_second: number;
  /** Processor seconds of its process, without the brokers and who sends, for a million events. */
  cpu_s_per_million: number;
};

const US_PER_MS = 1_000;

/**
 * Gives each the same load in turns, `rounds` times, each time beginning with another; a round before these warms up and does not count.
 */
export async function measureInTurns(
  contestants: readonly Contestant[],
  load: Load,
  rounds: number,
): Promise<Measured[]> {
  const { events, inFlight, requests } = load;
  const runs = new Map(contestants.map(({ name }) => [name, { times: [] as number[], rates: [] as number[], cpu: 0 }]));
  for (const { send } of contestants) await send(events, requests, inFlight);
  for (let round = 0; round < rounds; round += 1)
    for (let turn = 0; turn < contestants.length; turn += 1) {
      const contestant = contestants[(round + turn) % contestants.length];
      const run = runs.get(contestant?.name ?? '');
      if (contestant === undefined || run === undefined) continue;
      const [start, used] = [performance.now(), await processorSeconds([contestant.pid])];
      run.times.push(...(await contestant.send(events, requests, inFlight)));
      run.rates.push((events * requests * 1_000) / (performance.now() - start));
      run.cpu += (await processorSeconds([contestant.pid])) - used;
    }
  return contestants.map(({ name }) => {
    const { times = [], rates = [], cpu = 0 } = runs.get(name) ?? {};
    const { p50, p95, p99 } = quantiles(times.map((ms) => ms * US_PER_MS));
    return {
      ...{
        name,
        events,
        in_flight: inFlight,
        p50_us: Math.round(p50),
        p95_us: Math.round(p95),
        p99_us: Math.round(p99),
      },
      events_per_second: Math.round(median(rates)),
      cpu_s_per_million: Math.round((cpu / (events * requests * rounds)) * 1e7) / 10,
    };
  });
}
