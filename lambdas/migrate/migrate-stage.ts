import { randomBytes } from 'node:crypto';
import { directUrl, pooledUrl, urlOfRole } from '../../repositories/connection-url.ts';
import { migrate } from '../../repositories/migrate.ts';
import { withSession } from '../../repositories/neon-database.ts';
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
  const ownerUrl = (await readOwnerUrl()).trim();
  const applied = await migrate(directUrl(ownerUrl), folder);
  for (const role of roleNames) await completeRole(ownerUrl, role, roleSecrets[role], rotatePasswords);
  return { applied, passwordsRotated: rotatePasswords };
}

async function completeRole(ownerUrl: string, role: RoleName, secret: RoleSecret, rotate: boolean): Promise<void> {
  const known = parseRoleSecret(await secret.read());
  const password = rotate ? randomBytes(PASSWORD_BYTES).toString('base64url') : known.password;
  const url = urlOfRole(pooledUrl(ownerUrl), role, password);
  await withSession(directUrl(ownerUrl), (session) => setRolePassword(session, role, password));
  if (url !== known.url) await secret.write(JSON.stringify({ role, password, url }));
}
