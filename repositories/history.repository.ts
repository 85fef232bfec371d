import type { Row, Statement } from './database.ts';

/** One touch of a product: `user_id` also of an anonymous id that is linked; `at` in seconds since 1970. */
export type TouchRow = { user_id: string | null; anonymous_id: string | null; product_id: string; at: number };

export type TouchTable = 'raw_product_views' | 'raw_cart_events' | 'raw_purchases';

/** Touches after one moment, up to and with another. */
export type TimeWindow = { readonly after: Date; readonly upto: Date };

/** A row has at least some 115 bytes with its header, and a block 8,192. */
const ROWS_PER_BLOCK = 70;

/** How many blocks each partition of a table has. */
export function countBlocks(table: TouchTable): Statement {
  return {
    text: `select ceil(pg_relation_size(relid) / current_setting('block_size')::float8)::integer as blocks
      from pg_partition_tree($1::regclass) where isleaf and pg_relation_size(relid) > 0`,
    params: [table],
  };
}

/** Blocks from `first` up to, not with, `end`, of each partition that has them. */
export type Page = { readonly first: number; readonly end: number };

/**
 * Cuts a table into pages of about so many rows at most. A page is a range of blocks in every partition: read in the order
 * in which it lies on disk, where a page by key would fetch each row from another block.
 *
 * @param blocks of each partition.
 */
export function pagesOf(blocks: readonly number[], rows: number): Page[] {
  const pages: Page[] = [];
  const last = Math.max(0, ...blocks);
  for (let first = 0; first < last; ) {
    const from = first;
    const partitions = blocks.filter((count) => count > from).length;
    const end = from + Math.max(1, Math.floor(rows / ROWS_PER_BLOCK / partitions));
    pages.push({ first, end });
    first = end;
  }
  return pages;
}

/**
 * An identity is looked up for each row: joined, all of them would be read for every page. `offset 0` keeps the two apart.
 */
const PERSON = `coalesce(r.user_id, (select i.user_id from identities i where i.anonymous_id = r.anonymous_id offset 0)) as user_id,
    case when r.user_id is null then r.anonymous_id end as anonymous_id`;
const AT = 'extract(epoch from r.event_at)::float8 as at';
const IN_PAGE = `r.ctid >= format('(%s,0)', $1::bigint)::tid and r.ctid < format('(%s,0)', $2::bigint)::tid
    and r.event_at > $3::timestamptz and r.event_at <= $4::timestamptz and not r.is_bot
    and (r.user_id is not null or r.anonymous_id is not null)`;

const TOUCHES: Record<TouchTable, string> = {
  raw_product_views: `select ${PERSON}, r.product_id, ${AT} from raw_product_views r where ${IN_PAGE}`,
  raw_cart_events: `select ${PERSON}, r.product_id, ${AT} from raw_cart_events r where ${IN_PAGE} and r.type = 'add_to_cart'`,
  // An order that is reported again is no other purchase.
  raw_purchases: `select ${PERSON}, item ->> 'product_id' as product_id, ${AT}
    from raw_purchases r cross join lateral jsonb_array_elements(r.items) item
    where ${IN_PAGE} and r.type = 'purchase' and exists (
      select from orders o where o.order_id = r.order_id and o.source = r.source and o.event_id = r.event_id
    )`,
};

/** What people touched, bots left out: views, adds to the cart, lines of orders. */
export function listTouches(table: TouchTable, { first, end }: Page, { after, upto }: TimeWindow): Statement {
  return { text: TOUCHES[table], params: [first, end, after.toISOString(), upto.toISOString()] };
}

/** Rows of `listTouches`. */
export function toTouchRow({ user_id, anonymous_id, product_id, at }: Row): TouchRow {
  return {
    user_id: user_id === null ? null : String(user_id),
    anonymous_id: anonymous_id === null ? null : String(anonymous_id),
    product_id: String(product_id),
    at: Number(at),
  };
}

/** The newest hour in which anything was counted up to a moment: `newest` is its end, or null. */
export function newestHour(upto: Date): Statement {
  return {
    text: `select hour + interval '1 hour' as newest from product_popularity
      where hour <= $1::timestamptz order by hour desc limit 1`,
    params: [upto.toISOString()],
  };
}

/** Categories of products, a page in the order of ids. @param after the last id of the page before, at first ''. */
export function listCategories(after: string, limit: number): Statement {
  return {
    text: `select product_id, category from products
      where product_id > $1::text and category is not null order by product_id limit $2::integer`,
    params: [after, limit],
  };
}
