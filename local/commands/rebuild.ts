import { parseArgs } from 'node:util';
import { BazaarError, messageOf } from '../../platform/errors.ts';
import { type Aggregate, aggregates } from '../../repositories/aggregates.ts';
import { directUrl } from '../../repositories/connection-url.ts';
import { withSession } from '../../repositories/neon-database.ts';
import { rebuild } from '../../repositories/rebuild.repository.ts';
import { openDatabase } from '../neon/open-database.ts';
import { ownerDatabaseUrl } from './database-url.ts';

/** `npm run rebuild -- TABLE…|all`: replaces aggregates by what the raw rows give. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    options: { 'data-dir': { type: 'string', default: '.bazaar' } },
    allowPositionals: true,
  });
  const chosen = choose(positionals);
  const url = await ownerDatabaseUrl(process.env, values['data-dir']);
  const opened = await openDatabase(url);
  try {
    await withSession(directUrl(url), (session) => rebuild(session, chosen));
    console.error(`rebuilt ${chosen.map(({ table }) => table).join(', ')}`);
  } finally {
    await opened.close();
  }
}

/** The tables named, in the order in which they build on each other. */
function choose(names: readonly string[]): Aggregate[] {
  const known = aggregates.map(({ table }) => table);
  const unknown = names.filter((name) => name !== 'all' && !known.includes(name));
  if (names.length === 0 || unknown.length > 0)
    throw new BazaarError('usage', `which table? got '${unknown.join(' ')}'; allowed: all, ${known.join(', ')}`);
  return aggregates.filter(({ table }) => names.includes('all') || names.includes(table));
}

await main().catch((error: unknown) => {
  console.error(messageOf(error));
  process.exitCode = 2;
});
