import { parseArgs } from 'node:util';
import { BazaarError } from '../../platform/errors.ts';
import { positiveNumber } from '../sender/arguments.ts';
import { findTarget, type Target } from '../sender/target.ts';

const USAGE =
  'usage: npm run simulate -- [--users N] [--rate R] [--seconds S] [--url U] [--key K] [--seed X] [--data-dir D]';

export type SimulateCommand = {
  readonly target: Target;
  readonly users: number;
  readonly rate: number;
  /** Endless when left out. */
  readonly seconds: number | undefined;
  readonly seed: number;
};

/** Reads the command line. Throws `usage`, with what is allowed, for anything that it does not understand. */
export function readSimulateCommand(
  args: readonly string[],
  environment: { BAZAAR_KEY?: string | undefined },
): SimulateCommand {
  const values = parse(args);
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new BazaarError('usage', `--seed must be a whole number: got ${values.seed}`);
  return {
    target: findTarget({ url: values.url, key: values.key, dataDir: values['data-dir'] }, environment),
    users: Math.ceil(positiveNumber('users', values.users)),
    rate: positiveNumber('rate', values.rate),
    seconds: positiveNumber('seconds', values.seconds),
    seed,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = {
    ...{ url: text, key: text, seconds: text },
    users: { ...text, default: '200' },
    rate: { ...text, default: '5' },
    seed: { ...text, default: '1' },
    'data-dir': { ...text, default: '.bazaar' },
  };
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new BazaarError('usage', USAGE, { cause: error });
  }
}
