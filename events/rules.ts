import type { z } from 'zod';
import { currencyDecimals } from './currencies.ts';
import { decimalsOf } from './fields.ts';

/** The rules of an event that no single field can state. Each adds issues with the path of the field to mend. */
type Context = z.RefinementCtx;

function issue(context: Context, field: string, message: string): void {
  context.addIssue({ code: 'custom', path: [field], message });
}

type Identity = {
  event_id?: string | undefined;
  occurred_at?: string | undefined;
  user_id?: string | undefined;
  anonymous_id?: string | undefined;
};

/** Somebody did it, and a retry can be recognised: `event_id` and `occurred_at` come together or not at all. */
export function checkIdentity(event: Identity, context: Context): void {
  if (event.user_id === undefined && event.anonymous_id === undefined)
    issue(context, 'user_id', 'user_id or anonymous_id is required');
  if (event.event_id !== undefined && event.occurred_at === undefined)
    issue(context, 'occurred_at', 'occurred_at is required beside event_id: send both or neither');
  if (event.event_id === undefined && event.occurred_at !== undefined)
    issue(context, 'event_id', 'event_id is required beside occurred_at: send both or neither');
}

/** A price means nothing without its currency, and has at most that currency's decimals. */
export function checkPrice(
  event: { unit_price?: string | undefined; currency?: string | undefined },
  context: Context,
): void {
  if (event.unit_price === undefined) return;
  if (event.currency === undefined) issue(context, 'currency', 'currency is required beside unit_price');
  else checkDecimals(event.currency, event.unit_price, ['unit_price'], context);
}

/** A price that the catalogue states or takes back: as above, and no currency without it. */
export function checkStatedPrice(
  product: { unit_price?: string | null | undefined; currency?: string | null | undefined },
  context: Context,
): void {
  if (product.unit_price === undefined && product.currency !== undefined)
    issue(context, 'unit_price', 'unit_price is required beside currency');
  else checkPrice({ unit_price: product.unit_price ?? undefined, currency: product.currency ?? undefined }, context);
}

function checkDecimals(currency: string, amount: string, path: (string | number)[], context: Context): void {
  const allowed = currencyDecimals(currency);
  if (allowed === undefined || decimalsOf(amount) <= allowed) return;
  context.addIssue({
    code: 'custom',
    path,
    message: `has ${decimalsOf(amount)} decimals; ${currency} allows ${allowed}`,
  });
}

type OrderMoney = {
  type: 'purchase' | 'refund';
  currency: string;
  items?: readonly { quantity: number; unit_price?: string | undefined }[] | undefined;
  discount?: string | undefined;
  tax?: string | undefined;
  shipping?: string | undefined;
  amount?: string | undefined;
};

/** Amounts fit the order's currency, a discount does not exceed the lines, a refund names items or an amount. */
export function checkOrderMoney(order: OrderMoney, context: Context): void {
  for (const field of ['discount', 'tax', 'shipping', 'amount'] as const) {
    const amount = order[field];
    if (amount !== undefined) checkDecimals(order.currency, amount, [field], context);
  }
  order.items?.forEach((item, index) => {
    if (item.unit_price !== undefined)
      checkDecimals(order.currency, item.unit_price, ['items', index, 'unit_price'], context);
  });
  if (order.items !== undefined && order.amount !== undefined)
    issue(context, 'amount', 'items and amount exclude each other: send one of them, or neither for the whole order');
  if (order.discount !== undefined && order.items !== undefined && isMoreThanLines(order.discount, order.items))
    issue(context, 'discount', 'discount is more than the sum of the items');
}

function isMoreThanLines(
  discount: string,
  items: readonly { quantity: number; unit_price?: string | undefined }[],
): boolean {
  const lines = items.reduce((sum, item) => sum + toTenThousandths(item.unit_price ?? '0') * BigInt(item.quantity), 0n);
  return toTenThousandths(discount) > lines;
}

/** Whole units of 1/10,000: no ISO 4217 currency has more than four decimals. */
function toTenThousandths(decimal: string): bigint {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return BigInt(whole) * 10_000n + BigInt(fraction.slice(0, 4).padEnd(4, '0'));
}
