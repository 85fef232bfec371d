import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { roleNames } from '../../repositories/roles.repository.ts';
import { openTestDatabase, type TestDatabase } from '../brackets/database.ts';
import { query } from '../brackets/query.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

const RAW = 'raw_cart_events raw_product_views raw_purchases';
const MODELS = 'model_runs model_trending product_embeddings product_neighbors user_embeddings';
const VIEWS = 'active_sessions cart_trends conversion_funnel experiment_results realtime_revenue top_viewed_items';

/** What each role may do to whole tables, and to columns; nothing else. */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  bazaar_writer: [
    `insert select: ${RAW}`,
    'insert select update: identities live_revenue orders persons product_popularity products',
    'delete insert select update: user_cart_summary user_purchase_history user_sessions',
    'select: dead_letters',
    'insert (detail digest offset partition payload reason topic): dead_letters',
  ],
  bazaar_reader: [
    `select: ${RAW} identities product_popularity products user_cart_summary user_purchase_history`,
    'select: current_model model_runs model_trending product_neighbors',
    'select (is_anonymous user_id): user_sessions',
  ],
  bazaar_bi: [`select: ${VIEWS}`],
  bazaar_maintainer: ['select: current_model model_runs', 'select (created_at dismissed_at replayed_at): dead_letters'],
  bazaar_catalogue: ['insert select update: catalogue products'],
  bazaar_trainer: [
    `select: ${RAW} identities orders product_popularity products user_purchase_history`,
    `delete insert select update: ${MODELS}`,
    'delete insert select: staged_pairs',
    'select update: current_model',
  ],
  bazaar_people: [],
  bazaar_repairer: ['update (dismissed_at fixed_at fixed_payload replayed_at): dead_letters'],
};

/** Functions that act with the owner's rights, and who may call them. */
const OWNERS_FUNCTIONS: Readonly<Record<string, string>> = {
  advance_erasure: 'bazaar_maintainer bazaar_people',
  count_carts: '',
  count_orders_in_funnel: '',
  count_sessions_in_funnel: '',
  drop_expired_partition: 'bazaar_maintainer',
  empty_default_partition: 'bazaar_maintainer',
  ensure_partition: 'bazaar_maintainer bazaar_writer',
  erase_late_links: 'bazaar_writer',
  erased_events: 'bazaar_writer',
  export_person: 'bazaar_people',
  follow_links_in_funnel: '',
  forget_embeddings: '',
  forget_exposures: '',
  forget_old_cart_counts: 'bazaar_maintainer',
  forget_old_erasures: 'bazaar_maintainer',
  forget_old_funnel_days: 'bazaar_maintainer',
  pending_erasures: 'bazaar_maintainer bazaar_people',
  recount_in_time_zone: '',
  refuse_erased: 'bazaar_writer',
  request_erasure: 'bazaar_people',
};

/** `select insert: a b` for each set of rights, derived views aside, which every consumer reads. */
async function grantsOf(role: string): Promise<string[]> {
  const rows = await database.rows(
    `select relname, columns, string_agg(distinct lower(privilege_type), ' ' order by lower(privilege_type)) as rights
     from (
       select relname::text, '' as columns, privilege_type from pg_class c join pg_namespace n on n.oid = relnamespace, aclexplode(relacl)
       where nspname <> 'derived' and grantee = $1::regrole
       union all
       select relname::text, string_agg(attname, ' ' order by attname::text collate "C"), privilege_type
       from pg_attribute join pg_class c on c.oid = attrelid, aclexplode(attacl) where grantee = $1::regrole
       group by relname, privilege_type
     ) granted group by relname, columns order by relname collate "C"`,
    [role],
  );
  return rows.map(({ relname, columns, rights }) => `${rights}${columns === '' ? '' : ` (${columns})`}: ${relname}`);
}

const oneByOne = (rights: readonly string[]) =>
  rights.flatMap((line) => {
    const [what = '', tables = ''] = line.split(': ');
    return tables.split(' ').map((table) => `${what}: ${table}`);
  });

test.each(roleNames)('%s has the rights that are written down, and no other', async (role) => {
  expect((await grantsOf(role)).sort()).toEqual(oneByOne(RIGHTS[role] ?? []).sort());
});

test('a function that acts with the owner’s rights is called by few, and finds its tables where it means to', async () => {
  const rows = await database.rows(
    `select proname, coalesce(string_agg(distinct r.rolname, ' ' order by r.rolname) filter (where a.grantee <> proowner), '') as callers,
       bool_or(a.grantee = 0) as everybody, bool_and(proconfig::text like '%search_path=public, pg_temp%') as pinned
     from pg_proc p cross join lateral aclexplode(coalesce(proacl, acldefault('f', proowner))) a left join pg_roles r on r.oid = a.grantee
     where prosecdef and pronamespace::regnamespace::text in ('public', 'derived', 'archive', 'analytics')
     group by p.oid, proname order by proname`,
  );
  expect(Object.fromEntries(rows.map(({ proname, callers }) => [proname, callers]))).toEqual(OWNERS_FUNCTIONS);
  expect(rows.filter(({ everybody, pinned }) => everybody === true || pinned !== true)).toEqual([]);
});

test('no role has a right of the server: none makes roles or objects, is a member of another, or passes by row security', async () => {
  const rows = await database.rows(
    `select rolname from pg_roles where rolname = any($1) and (rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls)`,
    [roleNames],
  );
  expect(rows).toEqual([]);
  const members = await database.rows(
    `select member::regrole::text as member, roleid::regrole::text as of from pg_auth_members
     where member::regrole::text = any($1)`,
    [roleNames],
  );
  expect(members).toEqual([{ member: 'bazaar_repairer', of: 'bazaar_writer' }]);
  // A clone of a database has not what is granted on the database itself.
  const template = inject('ownerUrl');
  for (const role of roleNames) {
    const [may] = await query(
      template,
      `select bool_or(has_schema_privilege('${role}', nspname, 'create')) as creates,
         has_database_privilege('${role}', current_database(), 'temporary, create') as temporary
       from pg_namespace where nspname !~ '^pg_(temp|toast)'`,
    );
    expect([role, may]).toEqual([role, { creates: false, temporary: false }]);
  }
});

describe('whoever holds the password of a role that reads', () => {
  test.each(['readerUrl', 'biUrl'] as const)(
    '%s: changes nothing, also once it has switched its own guard off',
    async (url) => {
      for (const statement of [
        'delete from public.raw_product_views',
        "update public.orders set user_id = 'eve'",
        'drop table public.orders',
      ])
        await expect(
          query(database[url], `set default_transaction_read_only = off; set transaction read write; ${statement}`),
          statement,
        ).rejects.toThrow(/permission denied|must be owner/);
    },
  );

  test('of recommendations reads of sessions whose they are, and nothing more', async () => {
    await query(database.readerUrl, 'select user_id, is_anonymous from user_sessions');
    for (const columns of [
      '*',
      'session_id',
      'source',
      'first_seen_at',
      'last_seen_at',
      'views',
      'count(*) filter (where purchases > 0)',
    ])
      await expect(query(database.readerUrl, `select ${columns} from user_sessions`), columns).rejects.toThrow(
        /permission denied/,
      );
  });
});
