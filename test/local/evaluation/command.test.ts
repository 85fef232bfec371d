import { expect, test } from 'vitest';
import { readEvaluateCommand } from '../../../local/evaluation/command.ts';

const FILE = import.meta.filename;
const read = (line: string) => readEvaluateCommand(line.split(' '));

test('reads either files or a date, and what goes with each', () => {
  expect(read(`--train ${FILE} --test ${FILE} --limit 10 --lag --json`)).toEqual({
    ...{ kind: 'files', train: FILE, test: FILE, limit: 10, lag: true, json: true, tune: false, seed: 1 },
  });
  expect(read('--since 2026-01-31 --experiment e1 --variants trained,trending --shares 10,90')).toMatchObject({
    ...{ kind: 'history', since: new Date('2026-01-31T00:00:00Z'), limit: 1_000 },
    experiment: {
      name: 'e1',
      shares: [
        { variant: 'trained', share: 10 },
        { variant: 'trending', share: 90 },
      ],
    },
  });
});

test.each([
  ['', /usage/],
  ['--unknown', /usage/],
  [`--train ${FILE}`, /--test is missing/],
  [`--train ${FILE} --test ${FILE} --since 2026-01-31`, /usage/],
  [`--train ${FILE} --test /nowhere`, /--test: no such file: \/nowhere/],
  [`--train ${FILE} --test ${FILE} --limit 1.5`, /--limit must be a whole number: got "1.5"/],
  [`--train ${FILE} --test ${FILE} --limit 0`, /--limit must be a number above 0: got "0"/],
  ['--since yesterday', /--since must be a date in the past, .* got "yesterday"/],
  ['--since 2026-02-31T', /--since must be a date/],
  ['--since 2090-01-01', /--since must be a date in the past/],
  ['--since 2026-01-31 --experiment e1', /goes with --variants/],
  ['--since 2026-01-31 --experiment e1 --variants trained,magic', /each of trained, untrained, trending/],
  ['--since 2026-01-31 --experiment e1 --variants trained,trained', /at most once/],
  ['--since 2026-01-31 --experiment e1 --variants trained,trending --shares 1', /one number for each/],
])('refuses "%s" and says what is allowed', (line, message) => {
  expect(() => read(line)).toThrow(message);
});
