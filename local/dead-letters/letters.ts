import { BazaarError } from '../../platform/errors.ts';
import { pooledUrl } from '../../repositories/connection-url.ts';
import type { Database } from '../../repositories/database.ts';
import {
  IS_OWNER,
  type Letter,
  type LetterFilter,
  toLetter,
  wholeLetters,
} from '../../repositories/letter-repairs.repository.ts';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import { withDatabaseUrl } from '../command-line/database.ts';

/** What every command on dead letters can be told. */
export type LettersOptions = { dataDir: string; json?: true | undefined };

/** The filters as the command line has them. */
export type FilterOptions = Omit<LetterFilter, 'ids'>;

/** Gives the database of the command to `work`. */
export function withLetters<T>({ dataDir }: LettersOptions, work: (database: Database) => Promise<T>): Promise<T> {
  return withDatabaseUrl(dataDir, (url) => work(createNeonDatabase(pooledUrl(url))));
}

/** One letter whole. Throws `usage` when there is none of this number. */
export async function letterOf(database: Database, id: string): Promise<Letter> {
  const [row] = await database.query(wholeLetters([id]));
  if (row !== undefined) return toLetter(row);
  throw new BazaarError('usage', `there is no dead letter ${id}; \`bazaar dead-letters list\` shows their numbers`);
}

/** Throws `usage` unless the connection is the owner's: whole payloads are not for everybody who repairs. */
export async function expectOwner(database: Database): Promise<void> {
  const [row] = await database.query(IS_OWNER);
  if (row?.is_owner !== true)
    throw new BazaarError('usage', "--reveal needs the owner's DATABASE_URL; without it personal data is left out");
}

/** Where a letter stands. */
export function stateOf({
  replayed_at,
  dismissed_at,
  fixed_at,
}: Letter | Omit<Letter, 'payload' | 'fixedPayload'>): string {
  if (replayed_at !== null) return 'replayed';
  if (dismissed_at !== null) return 'dismissed';
  return fixed_at === null ? 'waiting' : 'fixed';
}
