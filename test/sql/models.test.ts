import { expect, test } from 'vitest';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import { withDatabase } from '../brackets/database.ts';
import { expectUnreadable } from '../brackets/rights.ts';

const HISTORY = ['raw_product_views', 'raw_cart_events', 'raw_purchases', 'orders', 'identities', 'products'];
const COUNTED = ['product_popularity', 'user_purchase_history'];
const MODELS = [
  'model_runs',
  'product_embeddings',
  'user_embeddings',
  'product_neighbors',
  'model_trending',
  'staged_pairs',
];

test('the role of the training reads the history, writes models and chooses the one in use, and nothing else', async () => {
  await withDatabase(async (database) => {
    const role = createNeonDatabase(database.trainerUrl);
    const run = (text: string) => role.query({ text, params: [] });
    await expectUnreadable(database, database.trainerUrl, [...HISTORY, ...COUNTED, ...MODELS, 'current_model']);
    for (const refused of [
      ...[...HISTORY, ...COUNTED].flatMap((table) => [`delete from ${table}`, `insert into ${table} default values`]),
      'update products set hidden = true',
      'delete from current_model',
      'truncate product_neighbors',
      'drop table model_runs',
      "select ensure_partition('raw_purchases', now())",
      'create table public.x ()',
    ])
      await expect(run(refused), refused).rejects.toThrow(/permission denied|must be owner/);
    await run("insert into model_runs (model_version, trainer, status) values ('m', 't', 'training')");
    await run("insert into product_neighbors values ('m', 'p', '{q}', '{1}', '{1}', '{4}')");
    await run("update current_model set model_version = 'm'");
    expect(await database.rows('select model_version from current_model')).toEqual([{ model_version: 'm' }]);
  });
});

test('no other role of the application changes a model or which one is in use', async () => {
  await withDatabase(async (database) => {
    const { writerUrl, readerUrl, biUrl, maintainerUrl, catalogueUrl } = database;
    for (const url of [writerUrl, readerUrl, biUrl, maintainerUrl, catalogueUrl])
      for (const text of [
        "update current_model set model_version = 'untrained'",
        "insert into model_runs (model_version, trainer, status) values ('m', 't', 'training')",
        'delete from product_neighbors',
      ])
        await expect(createNeonDatabase(url).query({ text, params: [] }), text).rejects.toThrow(
          /permission denied|does not exist|read-only/,
        );
  });
});
