import { Argument } from '@commander-js/extra-typings';
import { dataDirOption, jsonOption } from '../command-line/options.ts';
import { taught } from '../command-line/teach.ts';
import { work } from '../command-line/work.ts';

/** `bazaar erase USER`. */
export const eraseCommand = () =>
  taught('erase', {
    summary: 'remove a person from every table',
    about:
      'Removes what is held under a user id or an anonymous id, and under every id linked to it; revenue stays right. What is ' +
      'still on its way does not come back. Prints a receipt that names nobody. Interrupted, the same command goes on. On ' +
      'DATABASE_URL (of the role bazaar_people, or the owner), else on the system that runs on the data folder.',
    examples: ['bazaar erase ada --yes', 'bazaar erase ada --yes --json'],
    exits: { 0: 'erased; also when nothing was held', 2: 'wrong usage, no database, or not finished' },
  })
    .addArgument(new Argument('<user>', 'a user id or an anonymous id'))
    .option('--yes', 'this cannot be undone, and is meant')
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (user, options) => {
      const { runErase } = await import('../people/run-erase.ts');
      await work((signal) => runErase(user, options, signal));
    });
