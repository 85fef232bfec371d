import { expect } from 'vitest';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import type { TestDatabase } from './database.ts';

/** Asserts that a role reads no table and no view of ours, but for the given ones of schema `public`. */
export async function expectUnreadable(database: TestDatabase, url: string, but: string[] = []): Promise<void> {
  const relations = await database.rows(
    `select format('%I.%I', n.nspname, c.relname) as name
     from pg_class c join pg_namespace n on n.oid = relnamespace
     where relkind in ('r', 'p', 'v', 'm') and nspname in ('public', 'derived', 'archive', 'analytics')
       and not (nspname = 'public' and relname = any ($1))`,
    [but],
  );
  expect(relations.length).toBeGreaterThan(40);
  for (const { name } of relations)
    await expect(createNeonDatabase(url).query({ text: `select 1 from ${name}`, params: [] })).rejects.toThrow(
      /permission denied/,
    );
}
