import { dataDirOption, jsonOption } from '../command-line/options.ts';
import { taught } from '../command-line/teach.ts';
import { work } from '../command-line/work.ts';

/** `bazaar migrate`. */
export const migrateCommand = () =>
  taught('migrate', {
    summary: 'bring the tables of a database up to date',
    about:
      'Applies the migrations that are not applied yet, each in its own transaction, and the functions and views that changed. ' +
      '`bazaar start` and every deploy do the same by themselves. Passwords of roles stay as they are.',
    examples: ['bazaar migrate', 'DATABASE_URL="$OWNER_URL" bazaar migrate --json'],
    exits: { 0: 'up to date', 2: 'no database, or a migration failed (those before it stay applied)' },
  })
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (options) => {
      const { runMigrations } = await import('../database/run-migrations.ts');
      await work((signal) => runMigrations(options, signal));
    });
