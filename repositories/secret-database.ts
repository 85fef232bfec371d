import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { DatabaseEnv } from '../platform/database-env.ts';
import { BazaarError, DatabaseUnavailableError } from '../platform/errors.ts';
import { createSecretReader, type ReadSecret } from '../platform/secret.ts';
import { directUrl } from './connection-url.ts';
import type { Database } from './database.ts';
import { createNeonDatabase, pointDriverAt, type Session, withSession } from './neon-database.ts';

/** What a role's secret holds once the migrations ran; they write the address, which only the owner's secret knows. */
export const roleSecretSchema = z.object({
  role: z.string(),
  password: z.string(),
  url: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
});

const WRONG_PASSWORD = '28P01';
/** While a password is rotated, the database has the new one a moment before the secret does. */
const ROTATION_PAUSES_MS = [0, 300, 600];

/** The database of a function: the role whose connection string is in the secret that the environment names. */
export function createFunctionDatabase(env: DatabaseEnv, timeoutSeconds?: number): Database {
  pointDriverAt(env.NEON_ENDPOINT);
  return createSecretDatabase(createSecretReader(env.DATABASE_SECRET_ARN), (url) =>
    createNeonDatabase(url, timeoutSeconds),
  );
}

/** One connection for what takes longer than a request may: opened with the function's role, closed whatever happens. */
export async function withFunctionSession<T>(env: DatabaseEnv, work: (session: Session) => Promise<T>): Promise<T> {
  pointDriverAt(env.NEON_ENDPOINT);
  const secret = await createSecretReader(env.DATABASE_SECRET_ARN)();
  return withSession(directUrl(urlIn(secret)), work);
}

/**
 * A database whose connection string is a secret, read at the first use. A password that is no longer right is read
 * again, a few times within a second, before the error is thrown.
 */
export function createSecretDatabase(readSecret: ReadSecret, connect: (url: string) => Database): Database {
  async function run<T>(work: (database: Database) => Promise<T>): Promise<T> {
    for (let tries = 0; ; tries += 1) {
      try {
        return await work(connect(urlIn(await readSecret({ fresh: tries > 0 }))));
      } catch (error) {
        const pauseMs = ROTATION_PAUSES_MS[tries];
        if (pauseMs === undefined || !isWrongPassword(error)) throw error;
        await sleep(pauseMs);
      }
    }
  }
  return {
    query: (statement) => run((database) => database.query(statement)),
    transact: (statements) => run((database) => database.transact(statements)),
  };
}

function isWrongPassword(error: unknown): boolean {
  return error instanceof DatabaseUnavailableError && error.sqlState === WRONG_PASSWORD;
}

function urlIn(text: string): string {
  const secret = parseRoleSecret(text);
  if (secret.url === undefined)
    throw new BazaarError('config_invalid', 'the database secret has no url yet; the migrations write it');
  return secret.url;
}

/** A role's secret. The parser's own error would repeat the text, which holds the password; this one does not. */
export function parseRoleSecret(text: string): z.output<typeof roleSecretSchema> {
  const parsed = roleSecretSchema.safeParse(jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new BazaarError('config_invalid', 'the database secret is not as expected: {"role", "password", "url"}');
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
