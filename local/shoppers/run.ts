import { readSimulateCommand } from './command.ts';
import { simulate } from './simulate.ts';

/**
 * The shoppers of a local system: `run.ts --url U [--rate R]`, key in `BAZAAR_KEY`, endless until SIGTERM. Every run has
 * a seed of its own, and complaints are printed once each, so that a restart of the API does not fill the screen.
 */
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
const said = new Set<string>();
await simulate(readSimulateCommand(process.argv.slice(2), process.env), stop.signal, (message) => {
  if (said.has(message)) return;
  said.add(message);
  console.error(`shoppers: ${message}`);
});
