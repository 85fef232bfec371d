import type { RecordOf } from '../events/record.ts';
import { arraysOf, type Columns } from './columns.ts';
import type { Statement } from './database.ts';
import { type EventRow, eventColumns, eventRow } from './event-row.ts';
import { attributes, CATALOGUE_STAMP, stampOfEvents, stamps } from './product-attributes.ts';
import { rawInsert, rawOutcome, sessionUpsert } from './raw-insert.ts';

type ViewRow = EventRow & {
  product_id: string;
  name: string | null;
  category: string | null;
  brand: string | null;
  unit_price: string | null;
  currency: string | null;
};

const viewColumns: Columns<ViewRow> = {
  ...eventColumns,
  product_id: 'text',
  name: 'text',
  category: 'text',
  brand: 'text',
  unit_price: 'numeric',
  currency: 'text',
};

function viewRow(record: RecordOf<'product_view'>): ViewRow {
  const { product_id, name, category, brand, unit_price, currency } = record.event;
  return {
    ...eventRow(record),
    product_id,
    name: name ?? null,
    category: category ?? null,
    brand: brand ?? null,
    unit_price: unit_price ?? null,
    currency: currency ?? null,
  };
}

const newest = (column: string, attribute: string) =>
  `(array_agg(e.${column} order by e.stamp collate "C" desc) filter (where e.${attribute} is not null))[1]`;
const newestStamp = (attribute: string) => `max(e.stamp collate "C") filter (where e.${attribute} is not null)`;
const keepNewer = (column: string, stamp: string) =>
  `${column} = case when excluded.${stamp} > coalesce(p.${stamp}, '') then excluded.${column} else p.${column} end`;
/** The same beside an attribute that the catalogue states, which no event's stamp exceeds. */
const keepNewerBeside = (column: string, stamp: string) =>
  `event_${column} = case when p.${stamp} = '${CATALOGUE_STAMP}' and excluded.${stamp} > coalesce(p.event_${stamp}, '')
        then excluded.${column} else p.event_${column} end`;
const keepNewerStamp = (stamp: string) =>
  `${stamp} = greatest(p.${stamp}, excluded.${stamp}),
      event_${stamp} = case when p.${stamp} = '${CATALOGUE_STAMP}' then greatest(p.event_${stamp}, excluded.${stamp}) end`;
const isNewer = (stamp: string) => `excluded.${stamp} > coalesce(${stampOfEvents(stamp)}, '')`;

/**
 * In the order of stamps, each row with how many up to it say each attribute: what is not the newest of its product in anything
 * needs no stamp, which costs more than all the rest.
 */
const DESCRIBING_ROWS = `
        select product_id, name, category, brand, unit_price, currency, trusted, event_at, event_id, source,
          row_number() over newest_first as nth, ${attributes.map(({ column }) => `count(${column}) over newest_first as nth_${column}`).join(', ')}
        from inserted
        where not is_bot
        window newest_first as (
          partition by product_id order by trusted desc, event_at desc, event_id desc, source collate "C" desc rows unbounded preceding
        )`;

/**
 * The attributes of products that the new views carry. Aggregates are updated in the same order by every consumer
 * (popularity, sessions, products), which the counts of the step before enforce, and each sorted by its key.
 */
const PRODUCTS_UPSERT = `insert into products as p
      (product_id, name, name_stamp, category, category_stamp, brand, brand_stamp, unit_price, currency, price_stamp)
    select e.product_id, ${newest('name', 'name')}, ${newestStamp('name')}, ${newest('category', 'category')}, ${newestStamp('category')},
      ${newest('brand', 'brand')}, ${newestStamp('brand')}, ${newest('unit_price', 'unit_price')}, ${newest('currency', 'unit_price')},
      ${newestStamp('unit_price')}
    from (
      select product_id, name, category, brand, unit_price, currency,
        trusted::integer::text || to_char(event_at at time zone 'UTC', 'YYYYMMDDHH24MISSUS') || event_id::text || source as stamp
      from (${DESCRIBING_ROWS}) described
      where nth = 1 or ${attributes.map(({ column }) => `(${column} is not null and nth_${column} = 1)`).join(' or ')}
    ) e
    where (select count(*) from seen) >= 0
    group by e.product_id
    order by e.product_id
    on conflict (product_id) do update
    set ${attributes.map(({ column, stamp }) => `${keepNewer(column, stamp)}, ${keepNewerBeside(column, stamp)}`).join(', ')},
      ${stamps.map(keepNewerStamp).join(', ')}
    where ${stamps.map(isNewer).join(' or ')}
    returning 1`;

const INSERT_NEW_VIEWS = `${rawInsert('raw_product_views', viewColumns)},
  counted as (
    insert into product_popularity as p (product_id, hour, views)
    select product_id, date_trunc('hour', event_at, 'UTC'), count(*) from inserted where not is_bot group by 1, 2 order by 1, 2
    on conflict (product_id, hour) do update set views = p.views + excluded.views
    returning 1
  ),
  seen as (
    ${sessionUpsert({ views: 'count(*)', cartAdds: '0', checkouts: '0' }, 'counted')}
  ),
  described as (
    ${PRODUCTS_UPSERT}
  )
  ${rawOutcome('raw_product_views')}`;

/** Stores views that are not there yet and counts them: popularity, sessions, attributes of products, links. */
export function insertNewViews(records: readonly RecordOf<'product_view'>[]): Statement {
  return { text: INSERT_NEW_VIEWS, params: arraysOf(viewColumns, records.map(viewRow)) };
}
