import type { TestDatabase } from '../../brackets/database.ts';

/** In the place of Spark's pairs for the synthetic shop: for each product those that follow it, or none at all. */
export async function stagePairs(database: TestDatabase, modelVersion: string, { areGood = true } = {}): Promise<void> {
  await database.rows(
    `with p as (
      select distinct product_id as id, split_part(product_id, ',', 1) as shelf, substring(product_id from '\\d+$')::integer as place
      from raw_product_views
    )
    insert into staged_pairs (model_version, part, kind, product_id, neighbors, strengths)
    select $1, part, kind, p.id, coalesce(array_agg(o.id) filter (where $2), '{}'), coalesce(array_agg(1) filter (where $2), '{}')
    from p join p o on o.shelf = p.shelf and (10 + o.place - p.place) % 10 between 1 and 3,
      unnest('{held_out,whole}'::text[]) part, unnest('{cosine,recent,rules,als}'::text[]) kind
    group by part, kind, p.id`,
    [modelVersion, areGood],
  );
  await database.rows("insert into product_embeddings values ($1, 'p', '{1}')", [modelVersion]);
}

/** What Spark says when it is done. */
export async function markStaged(database: TestDatabase, modelVersion: string): Promise<void> {
  await database.rows(
    `update model_runs set parameters = parameters || '{"staged": {"touches": 5400, "seconds": 1}}' where model_version = $1`,
    [modelVersion],
  );
}
