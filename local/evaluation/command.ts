import type { Share } from '../../ml/evaluation/assign-variant.ts';
import { variantNames } from '../../ml/evaluation/variant-names.ts';
import { BazaarError } from '../../platform/errors.ts';

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

/** What the command line may say, each option read by itself. */
export type EvaluateOptions = {
  train?: string | undefined;
  test?: string | undefined;
  lag?: true | undefined;
  since?: Date | undefined;
  experiment?: string | undefined;
  variants?: string[] | undefined;
  shares?: number[] | undefined;
  limit?: number | undefined;
  tune?: true | undefined;
  seed: number;
  json?: true | undefined;
  dataDir: string;
};

const DEFAULT_PEOPLE = 1_000;
const MAX_NAME_CHARS = 100;

/** What the options mean together. Throws `usage`, with what is allowed, for those that do not go together. */
export function toEvaluateCommand(options: EvaluateOptions): FilesCommand | HistoryCommand {
  const { train, test, lag, since, experiment, variants, shares, limit, seed, dataDir } = options;
  const common = { tune: options.tune === true, json: options.json === true, seed };
  const [files, history] = [
    [train, test, lag],
    [since, experiment, variants, shares],
  ].map((group) => group.some((value) => value !== undefined));
  if (files === history)
    throw usage(files === true ? 'files or a date, not both' : 'on what? give --train and --test, or --since');
  if (since !== undefined)
    return {
      ...common,
      kind: 'history',
      since,
      limit: limit ?? DEFAULT_PEOPLE,
      experiment: experimentOf(options),
      dataDir,
    };
  if (history === true) throw usage('--since is missing');
  if (train === undefined || test === undefined) throw usage(`--${train === undefined ? 'train' : 'test'} is missing`);
  return { ...common, kind: 'files', train, test, limit, lag: lag === true };
}

function experimentOf({ experiment: name, variants, shares }: EvaluateOptions): Experiment | undefined {
  if (name === undefined && variants === undefined && shares === undefined) return undefined;
  if (name === undefined || variants === undefined || name === '' || name.length > MAX_NAME_CHARS)
    throw usage(`--experiment (1 to ${MAX_NAME_CHARS} characters) goes with --variants`);
  const unknown = variants.filter((variant) => !variantNames.some((known) => known === variant));
  if (unknown.length > 0 || new Set(variants).size < variants.length)
    throw usage(`--variants: each of ${variantNames.join(', ')} at most once: got "${variants.join(',')}"`);
  const parts = shares ?? variants.map(() => 1);
  if (parts.length !== variants.length)
    throw usage(`--shares must be one number for each of "${variants.join(',')}": got "${parts.join(',')}"`);
  return { name, shares: variants.map((variant, index) => ({ variant, share: parts[index] ?? 0 })) };
}

function usage(message: string): BazaarError {
  return new BazaarError('usage', `${message} (\`bazaar evaluate --help\` shows both forms)`);
}
