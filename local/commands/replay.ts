import { Argument, Option } from '@commander-js/extra-typings';
import {
  currencyCode,
  dataDirOption,
  existingFile,
  jsonOption,
  keyOption,
  positiveNumber,
  urlOption,
} from '../command-line/options.ts';
import { taught } from '../command-line/teach.ts';
import { work } from '../command-line/work.ts';
import { formatNames } from '../replay/format.ts';

/** `bazaar replay FILE`. */
export const replayCommand = () =>
  taught('replay', {
    summary: 'send a file of events through the API',
    about:
      'Streams a file, gzip or not, through the API. Sending it again changes nothing: ids come from content and line number. ' +
      'What was interrupted goes on at the first line that was not acknowledged; a torn or refused line is reported, and the ' +
      'rest goes in.',
    examples: [
      `echo '{"type":"product_view","user_id":"ada","product_id":"tent-1"}' > one.ndjson && bazaar replay one.ndjson`,
      'bazaar replay 2019-Oct.csv.gz --format rees46 --currency EUR --rate 500',
      'bazaar replay events.ndjson --url https://api.shop.example --json     # key in BAZAAR_KEY',
    ],
    exits: { 0: 'all accepted', 1: 'some rejected', 2: 'not finished (the same command goes on), or wrong usage' },
  })
    .addArgument(
      new Argument('<file>', 'rees46 or retailrocket CSV, or one event a line (ndjson)').argParser(existingFile),
    )
    .addOption(new Option('--format <name>', 'when left out, what the first line looks like').choices(formatNames))
    .addOption(urlOption())
    .addOption(keyOption())
    .addOption(
      new Option('--rate <number>', 'events a second; when left out, as fast as the API answers').argParser(
        positiveNumber,
      ),
    )
    .addOption(new Option('--currency <code>', 'of the prices in a rees46 file').argParser(currencyCode).default('USD'))
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (file, options) => {
      const { runReplay } = await import('../replay/run-replay.ts');
      await work((signal) => runReplay({ file, ...options }, signal));
    });
