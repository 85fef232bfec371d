import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Share } from '../../ml/evaluation/assign-variant.ts';
import { variantNames } from '../../ml/evaluation/replayed-experiment.ts';
import { BazaarError } from '../../platform/errors.ts';
import { positiveNumber } from '../sender/arguments.ts';

const USAGE = `usage: npm run evaluate -- --train FILE --test FILE [--limit N] [--lag] [--tune] [--seed N] [--json]
       npm run evaluate -- --since DATE [--limit N] [--experiment NAME --variants ${variantNames.join(',')} [--shares 50,50]]
                           [--tune] [--seed N] [--json] [--data-dir D]`;

type Common = { tune: boolean; seed: number; json: boolean };
export type FilesCommand = Common & {
  kind: 'files';
  train: string;
  test: string;
  limit: number | undefined;
  lag: boolean;
};
export type Experiment = { name: string; shares: Share[] };
export type HistoryCommand = Common & {
  kind: 'history';
  since: Date;
  limit: number;
  experiment: Experiment | undefined;
  dataDir: string;
};

const DEFAULT_PEOPLE = 1_000;
const MAX_NAME_CHARS = 100;

/** Reads the command line. Throws `usage`, with what is allowed, for anything that it does not understand. */
export function readEvaluateCommand(args: readonly string[]): FilesCommand | HistoryCommand {
  const values = parse(args);
  const common = { tune: values.tune, json: values.json, seed: wholeNumber('seed', values.seed) ?? 1 };
  const limit = wholeNumber('limit', values.limit);
  const [files, history] = [
    [values.train, values.test, values.lag || undefined],
    [values.since, values.experiment, values.variants, values.shares],
  ].map((group) => group.some((value) => value !== undefined));
  if (files === history) throw new BazaarError('usage', USAGE);
  if (files === true)
    return {
      ...common,
      kind: 'files',
      train: existingFile('train', values.train),
      test: existingFile('test', values.test),
      limit,
      lag: values.lag,
    };
  return {
    ...common,
    kind: 'history',
    since: pastDate(values.since),
    limit: limit ?? DEFAULT_PEOPLE,
    experiment: experimentOf(values),
    dataDir: values['data-dir'],
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = {
    ...{ train: text, test: text, since: text, limit: text, seed: text },
    ...{ experiment: text, variants: text, shares: text },
    ...{ lag: flag, tune: flag, json: flag },
    'data-dir': { ...text, default: '.bazaar' },
  };
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new BazaarError('usage', USAGE, { cause: error });
  }
}

function wholeNumber(name: string, text: string | undefined): number | undefined {
  const value = positiveNumber(name, text);
  if (value !== undefined && !Number.isSafeInteger(value))
    throw new BazaarError('usage', `--${name} must be a whole number: got "${text}"`);
  return value;
}

function existingFile(name: string, file: string | undefined): string {
  if (file === undefined) throw new BazaarError('usage', `--${name} is missing\n${USAGE}`);
  if (!existsSync(file)) throw new BazaarError('usage', `--${name}: no such file: ${file}`);
  return file;
}

function pastDate(text: string | undefined): Date {
  if (text === undefined) throw new BazaarError('usage', `--since is missing\n${USAGE}`);
  const date = new Date(text);
  if (!/^\d{4}-\d{2}-\d{2}(T.+)?$/.test(text) || Number.isNaN(date.getTime()) || date.getTime() >= Date.now())
    throw new BazaarError(
      'usage',
      `--since must be a date in the past, such as 2026-01-31 or 2026-01-31T12:00:00Z: got "${text}"`,
    );
  return date;
}

function experimentOf(values: { experiment?: string; variants?: string; shares?: string }): Experiment | undefined {
  const { experiment: name, variants, shares } = values;
  if (name === undefined && variants === undefined && shares === undefined) return undefined;
  if (name === undefined || variants === undefined || name === '' || name.length > MAX_NAME_CHARS)
    throw new BazaarError('usage', `--experiment (1 to ${MAX_NAME_CHARS} characters) goes with --variants\n${USAGE}`);
  const chosen = variants.split(',');
  const unknown = chosen.filter((variant) => !variantNames.some((known) => known === variant));
  if (unknown.length > 0 || new Set(chosen).size < chosen.length)
    throw new BazaarError('usage', `--variants: each of ${variantNames.join(', ')} at most once: got "${variants}"`);
  const parts = shares?.split(',').map((part) => positiveNumber('shares', part)) ?? chosen.map(() => 1);
  if (parts.length !== chosen.length)
    throw new BazaarError('usage', `--shares must be one number for each of "${variants}": got "${shares}"`);
  return { name, shares: chosen.map((variant, index) => ({ variant, share: parts[index] ?? 0 })) };
}
