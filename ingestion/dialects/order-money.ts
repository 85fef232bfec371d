import { fromMinorUnits, readAmount, roundAmount, toMinorUnits } from './amount.ts';
import { noteRounding, optionalAmount } from './currency.ts';
import { type Loose, withoutDepth, withoutUndefined } from './loose.ts';
import type { LooseOrder } from './shop-fields.ts';
import type { Note } from './translation.ts';

/** A line whose product and quantity are read, and whose price is as it came. */
export type PricedLine = { fields: Loose; price: unknown };

type Amounts = Record<'net' | 'revenue' | 'discount' | 'tax' | 'shipping' | 'total', string | undefined>;

/**
 * Lines and amounts of a purchase, so that Σ unit_price × quantity − discount is the revenue that the sender states. A
 * stated revenue below the lines makes the discount; one above them cannot be stored, and is told; then a stated discount
 * counts, as it does where no revenue is stated.
 */
export function orderMoney(lines: readonly PricedLine[], order: LooseOrder, decimals: number, notes: Note[]): Loose {
  const amount = (name: keyof Amounts) => optionalAmount(order[name], decimals, name, notes);
  const amounts: Amounts = {
    ...{ net: amount('net'), revenue: amount('revenue'), discount: amount('discount') },
    ...{ tax: amount('tax'), shipping: amount('shipping'), total: amount('total') },
  };
  const items = roundedItems(lines, amounts.net ?? amounts.revenue, decimals, notes);
  const sum = sumOf(items, decimals);
  const discount = sum === undefined ? amounts.discount : discountOf(sum, amounts, decimals, notes);
  return withoutUndefined({ items, discount, tax: amounts.tax, shipping: amounts.shipping });
}

/** Prices with the currency's decimals: nearest, or above where only so the lines bear the revenue that is stated. */
function roundedItems(lines: readonly PricedLine[], revenue: string | undefined, decimals: number, notes: Note[]) {
  const [nearest, above] = [itemsOf(lines, decimals, 'nearest'), itemsOf(lines, decimals, 'up')];
  const bears = (items: readonly Loose[]) =>
    revenue === undefined || (sumOf(items, decimals) ?? -1n) >= toMinorUnits(revenue, decimals);
  const items = !bears(nearest) && bears(above) ? above : nearest;
  items.forEach(({ unit_price }, at) => {
    if (typeof unit_price === 'string') noteRounding(lines[at]?.price, unit_price, `items.${at}.unit_price`, notes);
  });
  return items;
}

/** What is no amount is left for the schema to refuse. */
function itemsOf(lines: readonly PricedLine[], decimals: number, direction: 'nearest' | 'up'): Loose[] {
  return lines.map(({ fields, price }) => {
    const amount = readAmount(price);
    const unit_price = amount === undefined ? withoutDepth(price) : roundAmount(amount, decimals, direction);
    return withoutUndefined({ ...fields, unit_price });
  });
}

/** Σ unit_price × quantity in minor units; undefined while a line is not one that the schema takes. */
function sumOf(items: readonly Loose[], decimals: number): bigint | undefined {
  return items.reduce<bigint | undefined>((sum, { unit_price, quantity }) => {
    const price = readAmount(unit_price);
    if (sum === undefined || price === undefined || !Number.isSafeInteger(quantity)) return undefined;
    return sum + toMinorUnits(price, decimals) * BigInt(Number(quantity));
  }, 0n);
}

function discountOf(sum: bigint, amounts: Amounts, decimals: number, notes: Note[]): string | undefined {
  const { net, discount: stated } = amounts;
  const revenue = net ?? amounts.revenue;
  if (revenue === undefined) return stated;
  const difference = sum - toMinorUnits(revenue, decimals);
  if (difference < 0n) {
    const message = `is ${revenue}, more than the lines, ${fromMinorUnits(sum, decimals)}; the lines are what is stored`;
    notes.push({ code: 'revenue_above_lines', message, path: net === undefined ? 'revenue' : 'net' });
    return stated;
  }
  if (difference === 0n && net === undefined && !arePaidInFull(sum, amounts, decimals)) return stated;
  const discount = fromMinorUnits(difference, decimals);
  if (stated !== undefined && toMinorUnits(stated, decimals) !== difference) {
    const message = `is ${stated}; lines less revenue make ${discount}, which is stored`;
    notes.push({ code: 'discount_differs', message, path: 'discount' });
  }
  return difference === 0n ? undefined : discount;
}

/**
 * Whether the total bears the lines without a discount. Only so a revenue that equals the lines says that their prices are
 * after the discount already; in Segment's own example of an order it is stated before it.
 */
function arePaidInFull(sum: bigint, { total, tax = '0', shipping = '0' }: Amounts, decimals: number): boolean {
  if (total === undefined) return false;
  const untaxed = toMinorUnits(total, decimals) - toMinorUnits(shipping, decimals);
  return untaxed === sum || untaxed - toMinorUnits(tax, decimals) === sum;
}
