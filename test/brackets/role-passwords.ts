import pg from 'pg';

/** The application's roles; their passwords in tests, where nothing outside the machine can reach the server. */
export const rolePasswords = { bazaar_writer: 'writer', bazaar_reader: 'reader', bazaar_bi: 'bi' } as const;
export type RoleName = keyof typeof rolePasswords;

/** Sets the password of every role that exists. */
export async function setRolePasswords(adminUrl: string, passwords: Readonly<Record<string, string>>): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    for (const [role, password] of Object.entries(passwords)) {
      const found = await client.query('select from pg_roles where rolname = $1', [role]);
      if (found.rowCount === 1) await client.query(`alter role ${role} password '${password}'`);
    }
  } finally {
    await client.end();
  }
}
