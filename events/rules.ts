import { currencyDecimals } from './currencies.ts';
import { addIssue, decimalsOf, type Payload } from './fields.ts';

/** The rules of an event that no single field can state. Each adds issues with the path of the field to mend. */
function issue(payload: Payload<unknown>, field: string, message: string): void {
  addIssue(payload, message, [field]);
}

type Identity = {
  event_id?: string | undefined;
  occurred_at?: string | undefined;
  user_id?: string | undefined;
  anonymous_id?: string | undefined;
};

/** Somebody did it, and a retry can be recognised: `event_id` and `occurred_at` come together or not at all. */
export function checkIdentity(payload: Payload<Identity>): void {
  const event = payload.value;
  if (event.user_id === undefined && event.anonymous_id === undefined)
    issue(payload, 'user_id', 'user_id or anonymous_id is required');
  if (event.event_id !== undefined && event.occurred_at === undefined)
    issue(payload, 'occurred_at', 'occurred_at is required beside event_id: send both or neither');
  if (event.event_id === undefined && event.occurred_at !== undefined)
    issue(payload, 'event_id', 'event_id is required beside occurred_at: send both or neither');
}

type Price = { unit_price?: string | null | undefined; currency?: string | null | undefined };

/** A price means nothing without its currency, and has at most that currency's decimals. */
export function checkPrice(payload: Payload<Price>): void {
  const unitPrice = payload.value.unit_price ?? undefined;
  const currency = payload.value.currency ?? undefined;
  if (unitPrice === undefined) return;
  if (currency === undefined) issue(payload, 'currency', 'currency is required beside unit_price');
  else checkDecimals(currency, unitPrice, ['unit_price'], payload);
}

/** A price that the catalogue states or takes back: as above, and no currency without it. */
export function checkStatedPrice(payload: Payload<Price>): void {
  const { unit_price, currency } = payload.value;
  if (unit_price === undefined && currency !== undefined)
    issue(payload, 'unit_price', 'unit_price is required beside currency');
  else checkPrice(payload);
}

function checkDecimals(currency: string, amount: string, path: (string | number)[], payload: Payload<unknown>): void {
  const allowed = currencyDecimals(currency);
  if (allowed === undefined || decimalsOf(amount) <= allowed) return;
  addIssue(payload, `has ${decimalsOf(amount)} decimals; ${currency} allows ${allowed}`, path);
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
export function checkOrderMoney(payload: Payload<OrderMoney>): void {
  const order = payload.value;
  for (const field of ['discount', 'tax', 'shipping', 'amount'] as const) {
    const amount = order[field];
    if (amount !== undefined) checkDecimals(order.currency, amount, [field], payload);
  }
  order.items?.forEach((item, index) => {
    if (item.unit_price !== undefined)
      checkDecimals(order.currency, item.unit_price, ['items', index, 'unit_price'], payload);
  });
  if (order.items !== undefined && order.amount !== undefined)
    issue(payload, 'amount', 'items and amount exclude each other: send one of them, or neither for the whole order');
  if (order.discount !== undefined && order.items !== undefined && isMoreThanLines(order.discount, order.items))
    issue(payload, 'discount', 'discount is more than the sum of the items');
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
