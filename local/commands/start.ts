import { resolve } from 'node:path';
import { Option } from '@commander-js/extra-typings';
import { currencyCode, dataDirOption, wholeNumber } from '../command-line/options.ts';
import { taught } from '../command-line/teach.ts';
import { work } from '../command-line/work.ts';
import { logChoices } from '../engines/log.ts';

const MAX_PORT = 65_535;
/** Lambda's own limit. */
const MAX_BATCHING_WINDOW_MS = 300_000;

const batchingWindowOption = () =>
  new Option('--batching-window <ms>', 'how long consumers wait for more events, as Lambda’s batching window')
    .argParser(wholeNumber(0, MAX_BATCHING_WINDOW_MS))
    .default(0);

/** `bazaar start`. */
export const startCommand = () =>
  taught('start', {
    summary: 'run the whole system on this machine',
    about:
      'Starts PostgreSQL, the log, the API, the consumers, the training, simulated shoppers and the page, and runs until ' +
      'Ctrl-C. The next start goes on with the same data. DATABASE_URL and KAFKA_BROKERS replace the engines.',
    examples: ['bazaar start', 'bazaar start --port 3001 --data-dir .second --log embedded --no-traffic'],
    exits: {
      0: 'stopped by Ctrl-C or SIGTERM',
      2: 'not started: wrong usage, a port or a folder in use, an engine that fails',
    },
  })
    .addOption(
      new Option('--port <number>', 'where the API and the page listen')
        .argParser(wholeNumber(1, MAX_PORT))
        .default(3000),
    )
    .addOption(dataDirOption())
    .addOption(
      new Option('--log <kind>', 'auto takes Kafka where it can be had, and else the embedded log')
        .choices(logChoices)
        .default('auto' as const),
    )
    .addOption(
      new Option('--default-currency <code>', 'of prices that Segment’s and GA4’s clients send without one').argParser(
        currencyCode,
      ),
    )
    .addOption(batchingWindowOption())
    .option('--no-traffic', 'leave out the simulated shoppers')
    .option('--no-training', 'leave out the training by the clock')
    .action(async ({ port, dataDir, log, defaultCurrency, batchingWindow, traffic, training }) => {
      const { runSystem } = await import('../system/run-system.ts');
      const system = { port, log, dataDir: resolve(dataDir), defaultCurrency, batchingWindowMs: batchingWindow };
      const options = { ...system, hasTraffic: traffic, hasTraining: training };
      await work((signal) => runSystem(options, signal));
    });
