import { expect, test } from 'vitest';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import { withDatabase } from '../brackets/database.ts';
import { expectUnreadable } from '../brackets/rights.ts';

test('the role that erases reads and changes no table itself, and the others erase nobody', async () => {
  await withDatabase(async (database) => {
    const as = (url: string, text: string) => createNeonDatabase(url).query({ text, params: [] });
    await expectUnreadable(database, database.peopleUrl);
    for (const text of [
      'delete from raw_product_views',
      'delete from erasures',
      'update orders set user_id = null',
      'insert into erased_people values (decode(md5(now()::text), $$hex$$), now())',
      'select settle_erasure(gen_random_uuid())',
      'select erase_rows(gen_random_uuid(), 1)',
      "select forget_person('{ada}', '{}')",
      'select forget_old_erasures()',
      "select * from erased_events('{ada}', '{null}', '{now}')",
    ])
      await expect(as(database.peopleUrl, text)).rejects.toThrow(/permission denied/);
    const { writerUrl, readerUrl, biUrl, catalogueUrl, trainerUrl, maintainerUrl } = database;
    for (const url of [writerUrl, readerUrl, biUrl, catalogueUrl, trainerUrl, maintainerUrl]) {
      await expect(as(url, "select public.request_erasure('ada')")).rejects.toThrow(/permission denied/);
      await expect(as(url, "select public.export_person('ada', 'orders', null, 1)")).rejects.toThrow(
        /permission denied/,
      );
      for (const table of ['erased_people', 'people_being_erased', 'erasure_settings', 'erasures'])
        await expect(as(url, `select from public.${table}`)).rejects.toThrow(/permission denied/);
    }
  });
});

test('a writer asks for the erasure of an anonymous id only where an erased person’s own event links it', async () => {
  await withDatabase(async (database) => {
    const late = (user: string, received: string) =>
      createNeonDatabase(database.writerUrl).query({
        text: `select erase_late_links(array[$1], array['phone'], array[$2::timestamptz])`,
        params: [user, received],
      });
    await createNeonDatabase(database.peopleUrl).query({
      text: "select advance_erasure(request_erasure('ada'), 1)",
      params: [],
    });
    await late('bob', '2020-01-01');
    await late('ada', '2099-01-01');
    const waiting = 'select user_id from people_being_erased where not is_settled';
    expect(await database.rows(waiting)).toEqual([]);
    await late('ada', '2020-01-01');
    await late('ada', '2020-01-01');
    expect(await database.rows(waiting)).toEqual([{ user_id: 'phone' }]);
  });
});
