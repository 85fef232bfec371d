import { messageOf } from '../../platform/errors.ts';
import { readSimulateCommand } from '../shoppers/command.ts';
import { percentile } from '../shoppers/drive.ts';
import { simulate } from '../shoppers/simulate.ts';

/** Exit status: 0 all accepted, 1 some rejected or unanswered, 2 wrong usage. */
async function main(): Promise<number> {
  const command = readSimulateCommand(process.argv.slice(2), process.env);
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
  const startedAt = performance.now();
  const result = await simulate(command, stop.signal, (message) => console.error(message));
  const seconds = (performance.now() - startedAt) / 1000;
  const [p50, p99] = [percentile(result.ackMs, 0.5), percentile(result.ackMs, 0.99)];
  console.log(`accepted ${result.accepted}  rejected ${result.rejected}  unanswered ${result.unanswered}`);
  console.log(`${result.sent} events in ${seconds.toFixed(1)} s: ${(result.sent / seconds).toFixed(1)} events/s`);
  console.log(`acknowledged within p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
  return result.rejected + result.unanswered === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 2;
}
