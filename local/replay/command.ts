import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { currencyDecimals } from '../../events/currencies.ts';
import { BazaarError } from '../../platform/errors.ts';
import { positiveNumber } from '../sender/arguments.ts';
import { findTarget, type Target } from '../sender/target.ts';
import { type FormatName, formatNames } from './format.ts';
import type { ReplayOptions } from './replay.ts';

const USAGE =
  'usage: npm run replay -- FILE [--format rees46|retailrocket|ndjson] [--url U] [--key K] [--rate R] [--currency USD] [--data-dir D]';

/** Reads the command line. Throws `usage`, with what is allowed, for anything that it does not understand. */
export function readReplayCommand(
  args: readonly string[],
  environment: { BAZAAR_KEY?: string | undefined },
): { target: Target; options: ReplayOptions } {
  const { values, positionals } = parse(args);
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new BazaarError('usage', USAGE);
  if (!existsSync(file)) throw new BazaarError('usage', `no such file: ${file}`);
  const { currency, 'data-dir': dataDir } = values;
  if (currencyDecimals(currency) === undefined)
    throw new BazaarError('usage', `--currency must be an ISO 4217 code in capitals: got ${currency}`);
  const options = {
    file,
    format: formatOf(values.format),
    currency,
    dataDir,
    rate: positiveNumber('rate', values.rate),
  };
  return { target: findTarget({ url: values.url, key: values.key, dataDir }, environment), options };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const options = {
    ...{ format: text, url: text, key: text, rate: text },
    currency: { ...text, default: 'USD' },
    'data-dir': { ...text, default: '.bazaar' },
  };
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new BazaarError('usage', USAGE, { cause: error });
  }
}

function formatOf(name: string | undefined): FormatName | undefined {
  const format = formatNames.find((known) => known === name);
  if (name !== undefined && format === undefined)
    throw new BazaarError('usage', `--format is unknown: got ${name}; allowed are ${formatNames.join(', ')}`);
  return format;
}
