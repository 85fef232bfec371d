import { BazaarError } from '../platform/errors.ts';
import { urlOfRole } from './connection-url.ts';
import { type Session, withSession } from './neon-database.ts';

/** The application's roles, made by the migrations without a password. */
export const roleNames = [
  'bazaar_writer',
  'bazaar_reader',
  'bazaar_bi',
  'bazaar_maintainer',
  'bazaar_catalogue',
  'bazaar_trainer',
  'bazaar_people',
  'bazaar_repairer',
] as const;
export type RoleName = (typeof roleNames)[number];
export type RolePasswords = Readonly<Record<RoleName, string>>;

/** The same server and database under one of the roles. */
export function asRole(databaseUrl: string, role: RoleName, passwords: RolePasswords): string {
  return urlOfRole(databaseUrl, role, passwords[role]);
}

/** Sets the password of each role, as the owner. @throws BazaarError (`config_invalid`). */
export async function setRolePasswords(ownerUrl: string, passwords: RolePasswords): Promise<void> {
  await withSession(ownerUrl, async (session) => {
    for (const role of roleNames) await setRolePassword(session, role, passwords[role]);
  });
}

/** A password stands in a statement that takes no parameters, so that only what needs no quoting is allowed. */
const PASSWORD = /^[A-Za-z0-9_-]+$/;

/** Sets a role's password, as the owner. @throws BazaarError (`config_invalid`) for one with other characters. */
export async function setRolePassword(session: Session, role: RoleName, password: string): Promise<void> {
  if (!PASSWORD.test(password))
    throw new BazaarError(
      'config_invalid',
      `the password of ${role} is not allowed; allowed: letters, digits, - and _`,
    );
  await session.query(`alter role ${role} password '${password}'`);
}
