import type { TestDatabase } from '../brackets/database.ts';

/** The tables of ours in which any column of any row holds one of these texts, also inside of bytes. */
export async function tablesThatHold(database: TestDatabase, texts: readonly string[]): Promise<string[]> {
  const tables = await database.rows(
    `select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = relnamespace
     where relkind = 'r' and nspname in ('public', 'archive') order by 1`,
  );
  const patterns = texts.flatMap((text) => [`%${text}%`, `%${Buffer.from(text).toString('hex')}%`]);
  const found: string[] = [];
  for (const { name } of tables) {
    const [row] = await database.rows(`select exists (select from ${name} t where t::text like any ($1)) as held`, [
      patterns,
    ]);
    if (row?.held === true) found.push(String(name));
  }
  return found;
}
