import { parseArgs } from 'node:util';
import { messageOf } from '../../platform/errors.ts';
import { aggregates } from '../../repositories/aggregates.ts';
import { audit } from '../../repositories/audit.repository.ts';
import { directUrl } from '../../repositories/connection-url.ts';
import { withSession } from '../../repositories/neon-database.ts';
import { openDatabase } from '../neon/open-database.ts';
import { ownerDatabaseUrl } from './database-url.ts';

/** `npm run audit`: prints every row of an aggregate that is not what the raw rows give; exits 1 if there is one. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { 'data-dir': { type: 'string', default: '.bazaar' } } });
  const url = await ownerDatabaseUrl(process.env, values['data-dir']);
  const opened = await openDatabase(url);
  try {
    const counts = await withSession(directUrl(url), (session) =>
      audit(session, aggregates, (table, { key, stored, derived }) => {
        console.log(
          `${table} ${JSON.stringify(key)}: stored ${JSON.stringify(stored)}, derived ${JSON.stringify(derived)}`,
        );
      }),
    );
    const differences = [...counts.values()].reduce((sum, count) => sum + count, 0);
    console.error(`${counts.size} tables compared with the raw rows: ${differences} differences`);
    return differences === 0 ? 0 : 1;
  } finally {
    await opened.close();
  }
}

process.exitCode = await main().catch((error: unknown) => {
  console.error(messageOf(error));
  return 2;
});
