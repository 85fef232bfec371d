import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { migrate } from '../../repositories/migrate.ts';
import { withSession } from '../../repositories/neon-database.ts';
import type { Patience } from '../../repositories/patient-transaction.ts';
import type { TestDatabase } from './database.ts';

const SQL_FOLDER = new URL('../../sql/', import.meta.url);

/** Applies migrations that come after all of ours, each a file, and returns the names of what was applied. */
export async function migrateLater(
  database: TestDatabase,
  texts: readonly string[],
  patience?: Patience,
): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'bazaar-later-'));
  try {
    await cp(SQL_FOLDER, folder, { recursive: true });
    for (const [nth, text] of texts.entries())
      await writeFile(join(folder, 'migrations', `9${String(nth).padStart(3, '0')}_later.sql`), text);
    return await withSession(database.url, (session) => migrate(session, pathToFileURL(`${folder}/`), patience));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
