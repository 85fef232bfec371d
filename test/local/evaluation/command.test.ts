import { expect, test } from 'vitest';
import { type EvaluateOptions, toEvaluateCommand } from '../../../local/evaluation/command.ts';

const since = new Date('2026-01-31T00:00:00Z');
const read = (options: Partial<EvaluateOptions>) => toEvaluateCommand({ seed: 1, dataDir: 'd', ...options });

test('reads either files or a date, and what goes with each', () => {
  expect(read({ train: 'a', test: 'b', limit: 10, lag: true, json: true })).toEqual({
    ...{ kind: 'files', train: 'a', test: 'b', limit: 10, lag: true, json: true, tune: false, seed: 1 },
  });
  expect(read({ since, experiment: 'e1', variants: ['trained', 'trending'], shares: [10, 90] })).toMatchObject({
    ...{ kind: 'history', since, limit: 1_000 },
    experiment: {
      name: 'e1',
      shares: [
        { variant: 'trained', share: 10 },
        { variant: 'trending', share: 90 },
      ],
    },
  });
});

test.each<[Partial<EvaluateOptions>, RegExp]>([
  [{}, /on what\? give --train and --test, or --since/],
  [{ train: 'a' }, /--test is missing/],
  [{ lag: true }, /--train is missing/],
  [{ train: 'a', test: 'b', since }, /files or a date, not both/],
  [{ experiment: 'e1', variants: ['trained'] }, /--since is missing/],
  [{ since, experiment: 'e1' }, /goes with --variants/],
  [{ since, experiment: 'e1', variants: ['trained', 'magic'] }, /each of trained, untrained, trending/],
  [{ since, experiment: 'e1', variants: ['trained', 'trained'] }, /at most once/],
  [{ since, experiment: 'e1', variants: ['trained', 'trending'], shares: [1] }, /one number for each/],
])('refuses %j and says what is allowed', (options, message) => {
  expect(() => read(options)).toThrow(message);
});
