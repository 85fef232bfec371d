import { parseArgs } from 'node:util';
import { findTarget } from '../sender/target.ts';
import { DEFAULT_RATE, DEFAULT_USERS } from './defaults.ts';
import { simulate } from './simulate.ts';

/**
 * The shoppers of a local system: `run.ts --url U`, key in `BAZAAR_KEY`, endless until SIGTERM. Complaints are printed once
 * each, so that a restart of the API does not fill the screen.
 */
const { url } = parseArgs({ options: { url: { type: 'string' } } }).values;
const target = findTarget({ url, key: process.env.BAZAAR_KEY, dataDir: '.' });
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
const said = new Set<string>();
const shoppers = { target, users: DEFAULT_USERS, rate: DEFAULT_RATE, seconds: undefined, seed: 1 };
await simulate(shoppers, stop.signal, (message) => {
  if (said.has(message)) return;
  said.add(message);
  console.error(`shoppers: ${message}`);
});
