import { Option } from '@commander-js/extra-typings';
import {
  dataDirOption,
  jsonOption,
  keyOption,
  positiveNumber,
  seedOption,
  urlOption,
} from '../command-line/options.ts';
import { taught } from '../command-line/teach.ts';
import { work } from '../command-line/work.ts';
import { DEFAULT_RATE, DEFAULT_USERS } from '../shoppers/defaults.ts';

/** `bazaar simulate`. */
export const simulateCommand = () =>
  taught('simulate', {
    summary: 'drive simulated shoppers through the API',
    about:
      'Sends what shoppers with tastes do: sessions, carts that outlive them, abandonment, purchases and refunds. Prints how ' +
      'fast the API acknowledged. Ends after --seconds, or with Ctrl-C.',
    examples: ['bazaar simulate --seconds 10', 'bazaar simulate --users 1000 --rate 50 --seconds 60 --seed 7'],
    exits: { 0: 'all events accepted', 1: 'some rejected or unanswered', 2: 'wrong usage, or no system found' },
  })
    .addOption(new Option('--users <number>', 'how many shoppers').argParser(wholeUp).default(DEFAULT_USERS))
    .addOption(new Option('--rate <number>', 'events a second').argParser(positiveNumber).default(DEFAULT_RATE))
    .addOption(new Option('--seconds <number>', 'how long; without end when left out').argParser(positiveNumber))
    .addOption(urlOption())
    .addOption(keyOption())
    .addOption(seedOption())
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (options) => {
      const { runSimulation } = await import('../shoppers/run-simulation.ts');
      await work((signal) => runSimulation(options, signal));
    });

function wholeUp(text: string): number {
  return Math.ceil(positiveNumber(text));
}
