import { dataDirOption, jsonOption } from '../command-line/options.ts';
import { taught } from '../command-line/teach.ts';
import { work } from '../command-line/work.ts';

/** `bazaar audit`. */
export const auditCommand = () =>
  taught('audit', {
    summary: 'compare every aggregate with the raw rows',
    about:
      'Recomputes every aggregate from the raw tables in one snapshot, while events may flow, and prints each row that differs. ' +
      'There must be none. On DATABASE_URL, else on the system that runs on the data folder.',
    examples: ['bazaar audit', 'bazaar audit --json'],
    exits: { 0: 'no difference', 1: 'there are differences', 2: 'wrong usage, or no database' },
  })
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (options) => {
      const { runAudit } = await import('../database/run-audit.ts');
      await work((signal) => runAudit(options, signal));
    });
