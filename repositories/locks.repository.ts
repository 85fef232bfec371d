import type { BatchScope } from './batch-scope.ts';
import type { Statement } from './database.ts';

/**
 * Row locks, taken before anything is read, always in this order and each sorted: orders, anonymous ids, users. Orders
 * come first because who won an order says whom else the batch concerns, and that is stable only under the order's lock.
 * A row is made where there is none; that is a statement of its own, since a row that another transaction is making
 * is waited for by an insert and overlooked by a select.
 */
const MAKE_ORDERS =
  'insert into orders (order_id) select id from unnest($1::text[]) id order by id on conflict do nothing';
const LOCK_ORDERS = 'select from orders where order_id = any ($1) order by order_id for update';

/** Makes and locks the orders of the batch. */
export function lockOrders({ orderIds }: BatchScope): Statement[] {
  return [
    { text: MAKE_ORDERS, params: [orderIds] },
    { text: LOCK_ORDERS, params: [orderIds] },
  ];
}

/** Which persons: those of one class, and whether some are known from orders alone. */
type Whom = { isAnonymous: boolean; hasOrders: boolean };

/** $3 orders of the batch. Where it names none, none is looked for: that search would read them all. */
const ofOrders = (hasOrders: boolean, condition: string, column: string) =>
  hasOrders ? `union select ${column} from orders where order_id = any ($3) and ${condition}` : '';

/** $1 anonymous ids, $2 users of the batch. */
function idsOf({ isAnonymous, hasOrders }: Whom): string {
  const anonymousIds = `select unnest($1::text[]) as user_id
    ${ofOrders(hasOrders, 'user_id is null and anonymous_id is not null', 'anonymous_id')}`;
  if (isAnonymous) return anonymousIds;
  return `select unnest($2::text[]) as user_id
    ${ofOrders(hasOrders, 'user_id is not null', 'user_id')}
    union select user_id from identities where anonymous_id in (${anonymousIds})`;
}

function makePersons(whom: Whom): string {
  return `insert into persons (is_anonymous, user_id)
    select ${whom.isAnonymous}, p.user_id from (${idsOf(whom)}) p order by p.user_id
    on conflict do nothing`;
}

/** A row that was made and is not there any more is that of a person who was erased meanwhile: without it there is no lock. */
function lockMade(whom: Whom): string {
  return `, wanted as materialized (select p.user_id from (${idsOf(whom)}) p),
    locked as (
      select user_id from persons where is_anonymous = ${whom.isAnonymous} and user_id in (select user_id from wanted)
      order by user_id for update
    )
    select require_locked((select count(*) from wanted), (select count(*) from locked))`;
}

/** Makes and locks every person of the batch: sessions are added to, carts are folded and links may change. */
export function lockPersons({ anonymousIds, userIds, orderIds }: BatchScope): Statement[] {
  const params = [anonymousIds, userIds, orderIds];
  return [true, false].flatMap((isAnonymous) => {
    const whom = { isAnonymous, hasOrders: orderIds.length > 0 };
    return [makePersons(whom), lockMade(whom)].map((text) => ({ text: withAllParameters(text), params }));
  });
}

/** Postgres wants the type of every parameter, also of one that a statement does not use. */
function withAllParameters(text: string): string {
  return `with parameters as (select $1::text[], $2::text[], $3::text[]) ${text}`;
}
