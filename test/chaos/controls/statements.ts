import * as z from 'zod';
import { type Query, rawTableOf, type SqlAnswer, type SqlLayer, type SqlRequest } from '../shop/sql-proxy.ts';
import type { Control } from './control.ts';

/** Long enough that a kill falls between the two transactions. */
const GAP_MS = 40;

/** Replaces a piece of the statements that store raw rows; a statement that has changed must not disarm a control. */
function replacing(tables: Readonly<Record<string, readonly [from: string | RegExp, to: string][]>>): SqlLayer {
  return (request, next) => {
    const pieces = tables[rawTableOf(request) ?? ''];
    if (pieces === undefined) return next(request);
    const alter = (query: Query) => ({ ...query, query: withPieces(query.query, pieces) });
    const queries = request.queries.map((query) => (query.query.includes('insert into raw_') ? alter(query) : query));
    return next({ ...request, queries });
  };
}

function withPieces(text: string, pieces: readonly [from: string | RegExp, to: string][]): string {
  return pieces.reduce((before, [from, to]) => {
    const after = before.replaceAll(from, to);
    if (after === before) throw new Error(`this control no longer fits the statement: nothing like ${from} in it`);
    return after;
  }, text);
}

/** Views and cart adds count what was sent instead of what was new. */
export const countsEveryDelivery: Control = {
  breaks: 'counters add every delivery, not every new row',
  sql: replacing({
    raw_product_views: [['count(*) from inserted where not is_bot', 'count(*) from input where not is_bot']],
    raw_cart_events: [
      [/count\(\*\) from inserted\s+where type = 'add_to_cart'/g, "count(*) from input where type = 'add_to_cart'"],
    ],
  }),
};

const RAW = ['raw_product_views', 'raw_cart_events', 'raw_purchases'];
const KEEP_ALL: [string, string][] = [['on conflict do nothing\n    returning *', 'returning *']];

/** Raw tables without their keys, and rows inserted as often as they come. */
export const keepsDuplicates: Control = {
  breaks: 'no key on raw rows, and no `on conflict do nothing`',
  ddl: RAW.map((table) => `alter table ${table} drop constraint ${table}_pkey`),
  sql: replacing(Object.fromEntries(RAW.map((table) => [table, KEEP_ALL]))),
};

const COUNTED = `select product_id, date_trunc('hour', event_at, 'UTC'), count(*) from inserted where not is_bot group by 1, 2 order by 1, 2`;
/** A millisecond between two rows, so that two batches on a fast machine meet as they do on a busy one. */
const COUNTED_AS_IT_COMES = `select c.* from (
    select product_id, date_trunc('hour', event_at, 'UTC') as hour, count(*) as views from inserted where not is_bot
    group by 1, 2 order by md5(product_id || random())
  ) c where pg_sleep(0.001) is not null`;

/** No order in which rows are taken. */
export const unsorted: Control = {
  breaks: 'raw rows and aggregates written in the order in which they come',
  sql: replacing({
    raw_product_views: [
      ['order by source, event_id, occurred_at', ''],
      [COUNTED, COUNTED_AS_IT_COMES],
    ],
  }),
};

/** Every cart event has its person's cart folded anew from all moves. */
export const foldsWholeCart: Control = {
  breaks: 'every batch folds the whole cart anew',
  sql: (request, next) => {
    if (rawTableOf(request) !== 'raw_cart_events') return next(request);
    const last = request.queries.length - 1;
    const stale = {
      query: 'update persons set cart_stale = true where user_id = any ($1::text[])',
      params: [request.queries[last]?.params[1]],
    };
    return next({ ...request, queries: request.queries.toSpliced(last, 0, stale) });
  },
};

const AS_SAID: [string, string][] = [
  ["e.occurred_at + e.skew_ms * interval '1 ms' as event_at", 'e.occurred_at as event_at'],
];

/** A clock that is off is not corrected. */
export const takesClocksAtTheirWord: Control = {
  breaks: '`sent_at` does not correct `occurred_at`',
  sql: replacing(Object.fromEntries(RAW.map((table) => [table, AS_SAID]))),
};

/** A partition is dropped and nothing of it kept. */
export const forgetsExpired: Control = {
  breaks: 'nothing of a dropped partition is kept for aggregates',
  ddl: ['keep_views', 'keep_cart_events'].map(
    (name) => `create or replace function archive.${name}(child text) returns void language plpgsql as $$ begin end $$`,
  ),
};

/** What comes too late for a cart is counted and does not send the cart back. */
export const leavesLateCarts: Control = {
  breaks: 'a cart is not folded again for what comes late',
  sql: async (request, next) => {
    const isLate = /set cart_stale = true/;
    const queries = request.queries.map((query) => ({
      ...query,
      query: query.query.replaceAll(new RegExp(isLate, 'g'), 'set cart_stale = cart_stale'),
    }));
    return next({ ...request, queries });
  },
};

const insertedSchema = z.object({ results: z.array(z.object({ rows: z.array(z.array(z.unknown())) })) });
const RAW_INSERT = /insert into raw_product_views[\s\S]*?returning \*, tableoid as stored_in/;

/** Views are stored in one transaction and counted in the next. */
export const countsInSecondTransaction: Control = {
  breaks: 'aggregates of views in a second transaction',
  sql: async (request, next) => {
    if (rawTableOf(request) !== 'raw_product_views') return next(request);
    const place = request.queries.findIndex(({ query }) => query.includes('insert into raw_product_views'));
    const whole = request.queries[place];
    if (whole === undefined) return next(request);
    const head = whole.query.slice(0, whole.query.search(/returning \*, tableoid as stored_in\s+\)/));
    const store = { ...whole, query: `${head} returning * ) select source, event_id, occurred_at::text from inserted` };
    const stored = await next({ ...request, queries: request.queries.with(place, store).slice(0, place + 1) });
    if (stored.status !== 200) return stored;
    const keys = insertedSchema.parse(JSON.parse(stored.body)).results[place]?.rows ?? [];
    await new Promise((resolve) => setTimeout(resolve, GAP_MS));
    // Who is dead sends no second request.
    if (request.isGone()) throw new Error('the client is gone');
    return countStored(request, { place, whole, keys }, next);
  },
};

function countStored(
  request: SqlRequest,
  { place, whole, keys }: { place: number; whole: Query; keys: unknown[][] },
  next: (request: SqlRequest) => Promise<SqlAnswer>,
): Promise<SqlAnswer> {
  const first = whole.params.length + 1;
  const columns = [0, 1, 2].map((column) => `{${keys.map((key) => JSON.stringify(key[column])).join()}}`);
  const read = `select r.*, r.tableoid as stored_in from raw_product_views r
    join unnest($${first}::text[], $${first + 1}::uuid[], $${first + 2}::timestamptz[]) k (source, event_id, occurred_at)
      using (source, event_id, occurred_at)`;
  const count = { query: whole.query.replace(RAW_INSERT, read), params: [...whole.params, ...columns] };
  return next({ ...request, queries: request.queries.with(place, count) });
}

/** A failed transaction is reported as done. */
export const swallowsFailures: Control = {
  breaks: 'a batch that failed is reported as stored',
  sql: async (request, next) => {
    const answer = await next(request).catch(() => undefined);
    if (answer?.status === 200 || rawTableOf(request) === undefined)
      return answer ?? { status: 503, body: '{"message":"down"}' };
    const empty = { command: 'SELECT', rowCount: 0, rows: [], fields: [], rowAsArray: true };
    return { status: 200, body: JSON.stringify({ results: request.queries.map(() => empty) }) };
  },
};

/** What is set aside is thrown away. */
export const dropsDeadLetters: Control = {
  breaks: 'dead letters are not written',
  sql: (request, next) => {
    if (!request.queries.some(({ query }) => query.includes('insert into dead_letters'))) return next(request);
    const empty = { command: 'INSERT', rowCount: 0, rows: [], fields: [], rowAsArray: true };
    return Promise.resolve({ status: 200, body: JSON.stringify(empty) });
  },
};
