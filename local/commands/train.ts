import { availableParallelism } from 'node:os';
import { Option } from '@commander-js/extra-typings';
import { dataDirOption, instant, jsonOption, seedOption, wholeNumber } from '../command-line/options.ts';
import { taught } from '../command-line/teach.ts';
import { work } from '../command-line/work.ts';

const MAX_THREADS = 256;

/** `bazaar train`. */
export const trainCommand = () =>
  taught('train', {
    summary: 'train the recommender on the history',
    about:
      'Learns on the last days which models to trust how far, and publishes in one transaction. A model that is worse than the ' +
      'one in place, or than popularity, is not published. On DATABASE_URL, else on the system that runs on the data folder.',
    examples: ['bazaar train', 'bazaar train --tune --threads 8', 'bazaar train --until 2026-01-31 --json'],
    exits: {
      0: 'trained; the first line says whether the model was published or refused',
      2: 'wrong usage, no database, or failed',
    },
  })
    .option('--tune', 'search wider for parameters')
    .addOption(seedOption())
    .addOption(
      new Option('--threads <number>', 'how many work at once')
        .argParser(wholeNumber(1, MAX_THREADS))
        .default(availableParallelism(), 'one for each core'),
    )
    .addOption(new Option('--until <date>', 'take only what happened before').argParser(instant))
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (options) => {
      const { runTraining } = await import('../training/run-training.ts');
      await work((signal) => runTraining(options, signal));
    });
