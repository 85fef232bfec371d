import pg from 'pg';

/** The application's roles, made by the migrations without a password. */
export const roleNames = ['bazaar_writer', 'bazaar_reader', 'bazaar_bi'] as const;
export type RoleName = (typeof roleNames)[number];
export type RolePasswords = Readonly<Record<RoleName, string>>;

/**
 * Sets the passwords of the roles that exist, as their owner. A password is letters, digits, `-` and `_`: it stands in a
 * statement that takes no parameters.
 */
export async function setRolePasswords(ownerUrl: string, passwords: RolePasswords): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    const found = await client.query<{ rolname: RoleName }>('select rolname from pg_roles where rolname = any ($1)', [
      roleNames,
    ]);
    for (const { rolname } of found.rows)
      await client.query(`alter role ${rolname} password ${client.escapeLiteral(passwords[rolname])}`);
  } finally {
    await client.end();
  }
}

/** The same server and database under another role. */
export function asRole(url: string, role: RoleName, passwords: RolePasswords): string {
  const target = new URL(url);
  target.username = role;
  target.password = passwords[role];
  return target.href;
}
