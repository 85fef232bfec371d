import { BazaarError, DatabaseUnavailableError, messageOf } from '../../platform/errors.ts';

/** What a person can do about what the database says, by its SQLSTATE. */
const HINTS: Readonly<Record<string, string>> = {
  '28P01': 'is the password in DATABASE_URL right?',
  '28000': 'is the role in DATABASE_URL right?',
  '3D000': 'is the name of the database in DATABASE_URL right?',
  '42501': "DATABASE_URL's role may not do this: use the owner's",
  '42P01': 'the tables are not there or older than this version: run `bazaar migrate`',
  '42703': 'the tables are older than this version: run `bazaar migrate`',
  '42883': 'the functions are not there or older than this version: run `bazaar migrate`',
  '3F000': 'the tables are not there: run `bazaar migrate`',
};

/** One line for a person: what went wrong, and what to do where we know it. */
export function explain(error: unknown): string {
  const hint = HINTS[sqlStateOf(error) ?? ''];
  return hint === undefined ? messageOf(error) : `${messageOf(error)}; ${hint}`;
}

function sqlStateOf(error: unknown): string | undefined {
  if (error instanceof DatabaseUnavailableError && error.sqlState !== undefined) return error.sqlState;
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code)) return error.code;
  return 'cause' in error ? sqlStateOf(error.cause) : undefined;
}

/** Thrown where a person asked to stop. */
export class InterruptedError extends BazaarError {
  constructor() {
    super('usage', 'interrupted');
  }
}
