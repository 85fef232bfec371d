import { expect, test } from 'vitest';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import { withDatabase } from '../brackets/database.ts';
import { expectUnreadable } from '../brackets/rights.ts';

test('the role of the catalogue can write products and what the catalogue says of them, and nothing else', async () => {
  await withDatabase(async (database) => {
    const role = createNeonDatabase(database.catalogueUrl);
    const run = (text: string) => role.query({ text, params: [] });
    await expectUnreadable(database, database.catalogueUrl, ['catalogue', 'products']);
    for (const refused of [
      'delete from products',
      'delete from catalogue',
      'truncate products',
      'drop table catalogue',
      'insert into persons (user_id, is_anonymous) values (1, true)',
      "select ensure_partition('raw_purchases', now())",
      'create table public.x ()',
    ])
      await expect(run(refused)).rejects.toThrow(/permission denied|must be owner/);
    expect(await run('select count(*)::int from products natural join catalogue')).toEqual([{ count: 0 }]);
  });
});

test('no other role of the application changes what the catalogue says', async () => {
  await withDatabase(async (database) => {
    for (const url of [database.writerUrl, database.readerUrl, database.biUrl, database.maintainerUrl])
      for (const text of [
        "insert into catalogue values ('p')",
        "update catalogue set name = 'x'",
        'select from catalogue',
      ])
        await expect(createNeonDatabase(url).query({ text, params: [] })).rejects.toThrow(
          /permission denied|does not exist|read-only/,
        );
  });
});
