import { randomBytes } from 'node:crypto';
import { BazaarError } from '../../platform/errors.ts';
import { directUrl, pooledUrl, urlOfRole } from '../../repositories/connection-url.ts';
import { migrate } from '../../repositories/migrate.ts';
import { type Session, withSession } from '../../repositories/neon-database.ts';
import { type RoleName, roleNames, setRolePassword } from '../../repositories/roles.repository.ts';
import { parseRoleSecret } from '../../repositories/secret-database.ts';

/** A secret that the migrations complete. */
export type RoleSecret = { read(): Promise<string>; write(text: string): Promise<void> };

export type MigrationOptions = {
  /** The owner's connection string, with the direct or the pooled host. */
  readOwnerUrl: () => Promise<string>;
  roleSecrets: Readonly<Record<RoleName, RoleSecret>>;
  /** The folder `sql/`. */
  folder: URL;
};

export type MigrationResult = { applied: string[]; passwordsRotated: boolean };

/** 192 bits, as many as the keys have; Neon refuses passwords that are easy to guess. */
const PASSWORD_BYTES = 24;

/**
 * Brings a stage's database up to date: migrations and views, then each role's password as its secret says, and into
 * the secret the address at which the role finds the database. Running it again changes nothing, unless new passwords
 * are asked for.
 */
export async function migrateStage(
  { readOwnerUrl, roleSecrets, folder }: MigrationOptions,
  { rotatePasswords }: { rotatePasswords: boolean },
): Promise<MigrationResult> {
  const ownerUrl = urlIn(await readOwnerUrl());
  return withSession(directUrl(ownerUrl), async (session) => {
    const applied = await migrate(session, folder);
    // Under the lock of the migrations: a rotation beside a deploy would else leave a role with the older password.
    for (const role of roleNames)
      await completeRole(session, { ownerUrl, role, secret: roleSecrets[role], rotate: rotatePasswords });
    return { applied, passwordsRotated: rotatePasswords };
  });
}

/** The parser's own error would carry the text, which holds the owner's password, into the log; this one does not. */
function urlIn(text: string): string {
  const url = text.trim();
  if (/^postgres(ql)?:/.test(url) && URL.canParse(url)) return url;
  throw new BazaarError(
    'config_invalid',
    "the secret of the database's owner is not as expected: postgresql://owner:password@host/database and nothing else",
  );
}

async function completeRole(
  session: Session,
  { ownerUrl, role, secret, rotate }: { ownerUrl: string; role: RoleName; secret: RoleSecret; rotate: boolean },
): Promise<void> {
  const text = await secret.read();
  const known = parseRoleSecret(text);
  const password = rotate ? randomBytes(PASSWORD_BYTES).toString('base64url') : known.password;
  const url = urlOfRole(pooledUrl(ownerUrl), role, password);
  await setRolePassword(session, role, password);
  // `username` is what other services of AWS look for beside `password`.
  const completed = JSON.stringify({ role, username: role, password, url });
  if (completed !== text) await secret.write(completed);
}
