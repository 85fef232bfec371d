import { Argument } from '@commander-js/extra-typings';
import { aggregates } from '../../repositories/aggregates.ts';
import { dataDirOption, jsonOption } from '../command-line/options.ts';
import { taught } from '../command-line/teach.ts';
import { work } from '../command-line/work.ts';

const tables = ['all', ...aggregates.map(({ table }) => table)];

/** `bazaar rebuild TABLE…|all`. */
export const rebuildCommand = () =>
  taught('rebuild', {
    summary: 'replace aggregates by what the raw rows give',
    about:
      'For after a fixed fault, a new aggregate, or a restore. One transaction; consumers wait until it ends, and nothing is ' +
      'lost by that. On DATABASE_URL, else on the system that runs on the data folder.',
    examples: ['bazaar rebuild live_revenue', 'bazaar rebuild user_sessions user_cart_summary', 'bazaar rebuild all'],
    exits: { 0: 'rebuilt', 2: 'wrong usage, no database, or nothing changed' },
  })
    .addArgument(new Argument('<tables...>', 'which').choices(tables))
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (names, options) => {
      const { runRebuild } = await import('../database/run-rebuild.ts');
      await work((signal) => runRebuild(names, options, signal));
    });
