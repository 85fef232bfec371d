import { expectListener } from '../command-line/reach.ts';
import { API_HINT, findTarget } from '../sender/target.ts';
import { percentile } from './drive.ts';
import { simulate } from './simulate.ts';

export type SimulationOptions = {
  url?: string | undefined;
  key?: string | undefined;
  dataDir: string;
  users: number;
  rate: number;
  seconds?: number | undefined;
  seed: number;
  json?: true | undefined;
};

/** Drives shoppers until their time is over or the signal says so, and prints how fast the API acknowledged. */
export async function runSimulation(options: SimulationOptions, signal: AbortSignal): Promise<number> {
  const { users, rate, seconds, seed, json } = options;
  const target = findTarget(options);
  await expectListener(target.url, { what: 'API', hint: API_HINT });
  const command = { target, users, rate, seconds, seed };
  const startedAt = performance.now();
  const result = await simulate(command, signal, (message) => console.error(message));
  const elapsed = (performance.now() - startedAt) / 1000;
  const { sent, accepted, rejected, unanswered, ackMs } = result;
  const [p50, p99] = [percentile(ackMs, 0.5), percentile(ackMs, 0.99)];
  if (json)
    console.log(JSON.stringify({ sent, accepted, rejected, unanswered, seconds: elapsed, p50_ms: p50, p99_ms: p99 }));
  else {
    console.log(`accepted ${accepted}  rejected ${rejected}  unanswered ${unanswered}`);
    console.log(`${sent} events in ${elapsed.toFixed(1)} s: ${(sent / elapsed).toFixed(1)} events/s`);
    console.log(`acknowledged within p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
  }
  return rejected + unanswered === 0 ? 0 : 1;
}
