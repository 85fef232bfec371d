import { Argument } from '@commander-js/extra-typings';
import { dataDirOption } from '../command-line/options.ts';
import { taught } from '../command-line/teach.ts';
import { work } from '../command-line/work.ts';

/** `bazaar export-user USER`. */
export const exportUserCommand = () =>
  taught('export-user', {
    summary: 'print everything that is held on a person',
    about:
      'Prints one line of JSON for each record under a user id or an anonymous id, and under every id linked to it, with the ' +
      'table it stands in. On DATABASE_URL (of the role bazaar_people, or the owner), else on the system that runs.',
    examples: ['bazaar export-user ada', 'bazaar export-user ada > ada.ndjson'],
    exits: { 0: 'printed; nothing where nothing is held', 2: 'wrong usage, no database, or not finished' },
  })
    .addArgument(new Argument('<user>', 'a user id or an anonymous id'))
    .addOption(dataDirOption())
    .action(async (user, options) => {
      const { runExport } = await import('../people/run-export.ts');
      await work((signal) => runExport(user, options, signal));
    });
