import { Option } from '@commander-js/extra-typings';
import { variantNames } from '../../ml/evaluation/variant-names.ts';
import {
  dataDirOption,
  existingFile,
  jsonOption,
  pastInstant,
  positiveNumber,
  seedOption,
  wholeNumber,
} from '../command-line/options.ts';
import { taught } from '../command-line/teach.ts';
import { work } from '../command-line/work.ts';

/** `bazaar evaluate`. */
export const evaluateCommand = () =>
  taught('evaluate', {
    summary: 'measure the recommender on files or on your own history',
    about:
      'Trains on one part and asks the statement that the API asks for the other. On files of sessions (--train, --test), in a ' +
      'database of its own, or on the history of a database until a date (--since), without changing what is served.',
    examples: [
      'bazaar evaluate --train sessions.txt --test next.tsv --limit 1000',
      'bazaar evaluate --since 2026-01-31',
      'bazaar evaluate --since 2026-01-31 --experiment january --variants trained,trending --json',
    ],
    exits: { 0: 'evaluated', 2: 'wrong usage, a wrong file, no database, or not finished' },
  })
    .addOption(new Option('--train <file>', 'a session a line: product ids, oldest first').argParser(existingFile))
    .addOption(
      new Option('--test <file>', 'a line: a prefix of a session, a tab, the next product').argParser(existingFile),
    )
    .option('--lag', 'also ask with the newest events missing, as if they came late; with files only')
    .addOption(
      new Option('--since <date>', 'train on what happened before, ask for what came since').argParser(pastInstant),
    )
    .addOption(new Option('--limit <number>', 'lines of the test file, or people (1000)').argParser(wholeNumber(1)))
    .option('--experiment <name>', 'replay an A/B test under this name: rows in analytics.experiment_results')
    .addOption(new Option('--variants <names>', `of ${variantNames.join(', ')}, between commas`).argParser(words))
    .addOption(
      new Option('--shares <numbers>', 'of the people, one for each variant, between commas').argParser(numbers),
    )
    .option('--tune', 'search wider for parameters')
    .addOption(seedOption())
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (options) => {
      const { runEvaluation } = await import('../evaluation/run-evaluation.ts');
      await work((signal) => runEvaluation(options, signal));
    });

function words(text: string): string[] {
  return text.split(',');
}

function numbers(text: string): number[] {
  return words(text).map(positiveNumber);
}
