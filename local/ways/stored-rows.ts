import type { EventRecord } from '../../events/record.ts';
import { type Topic, topicNames, topicOf } from '../../events/topics.ts';
import type { Database } from '../../repositories/database.ts';

/** Where an event stands, and what the aggregate beside it says now. */
export type StoredRow = { table: string; aggregate: string; value: number };

/** The rows of those of these events that are stored, by event id. */
export type FindRows = (records: readonly EventRecord[]) => Promise<Map<string, StoredRow>>;

const WANTED = 'unnest($1::text[], $2::uuid[], $3::timestamptz[]) w (source, event_id, occurred_at)';
const PERSON = `coalesce(r.user_id, (select i.user_id from identities i where i.anonymous_id = r.anonymous_id), r.anonymous_id)`;

const queries: Record<Topic, string> = {
  product_views: `select r.event_id, 'raw_product_views' as "table", 'product_popularity' as aggregate, p.views as value
    from ${WANTED} join raw_product_views r using (source, event_id, occurred_at)
    left join product_popularity p on p.product_id = r.product_id and p.hour = date_trunc('hour', r.event_at, 'UTC')`,
  cart_events: `select r.event_id, 'raw_cart_events' as "table",
      case r.type when 'identify' then 'identities' else 'user_cart_summary' end as aggregate,
      case r.type when 'identify' then (select count(*) from identities i where i.user_id = r.user_id)
        else (select sum(c.quantity) from user_cart_summary c where c.user_id = ${PERSON}) end as value
    from ${WANTED} join raw_cart_events r using (source, event_id, occurred_at)`,
  purchases: `select r.event_id, 'raw_purchases' as "table", 'user_purchase_history' as aggregate,
      (select count(*) from user_purchase_history h where h.user_id = ${PERSON} and h.order_id = r.order_id) as value
    from ${WANTED} join raw_purchases r using (source, event_id, occurred_at)`,
};

/** Looks events up by their primary key, as a role that reads raw rows. Rejects when the database does not answer. */
export function createRowFinder(database: Pick<Database, 'query'>): FindRows {
  return async function findRows(records) {
    const found = await Promise.all(topicNames.map((topic) => ask(database, topic, records)));
    return new Map(found.flat());
  };
}

async function ask(database: Pick<Database, 'query'>, topic: Topic, all: readonly EventRecord[]) {
  const records = all.filter(({ event }) => topicOf(event.type) === topic);
  if (records.length === 0) return [];
  const params = [
    records.map(({ stamp }) => stamp.source),
    records.map(({ event }) => event.event_id),
    records.map(({ event }) => event.occurred_at),
  ];
  const rows = await database.query({ text: queries[topic], params });
  return rows.map((row): [string, StoredRow] => [
    String(row.event_id),
    { table: String(row.table), aggregate: String(row.aggregate), value: Number(row.value ?? 0) },
  ]);
}
