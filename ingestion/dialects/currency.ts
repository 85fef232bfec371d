import { currencyDecimals } from '../../events/currencies.ts';
import { readAmount, roundAmount } from './amount.ts';
import { type Loose, withoutDepth } from './loose.ts';
import type { Note } from './translation.ts';

/** In which currency an event is: as the sender says, or as the shop's settings say for its source. */
export type Currency = {
  /** For the schema: a code where one is known, else what was sent. */
  code: unknown;
  /** Undefined for what is no currency. */
  decimals: number | undefined;
  isDefault: boolean;
};

/** Reads the sender's word in any case; only where there is none, the default counts. It is never guessed. */
export function currencyOf(value: unknown, fallback: string | undefined, notes: Note[]): Currency {
  if (value === undefined && fallback !== undefined) {
    notes.push({ code: 'currency_defaulted', message: `names no currency; ${fallback} by default`, path: 'currency' });
    return { code: fallback, decimals: currencyDecimals(fallback), isDefault: true };
  }
  const code = typeof value === 'string' ? value.trim().toUpperCase() : withoutDepth(value);
  return { code, decimals: typeof code === 'string' ? currencyDecimals(code) : undefined, isDefault: false };
}

/** An amount with the decimals of its currency; undefined, with a note, where it is none. */
export function optionalAmount(value: unknown, decimals: number, path: string, notes: Note[]): string | undefined {
  if (value === undefined) return undefined;
  const amount = readAmount(value);
  if (amount !== undefined) return rounded(amount, decimals, path, notes);
  notes.push({ code: 'field_dropped', message: 'is no amount; left out', path });
  return undefined;
}

/** An amount without which the event means something else: what is none is left for the schema to refuse. */
export function neededAmount(value: unknown, decimals: number, path: string, notes: Note[]): unknown {
  const amount = readAmount(value);
  return amount === undefined ? withoutDepth(value) : rounded(amount, decimals, path, notes);
}

function rounded(amount: string, decimals: number, path: string, notes: Note[]): string {
  const result = roundAmount(amount, decimals);
  noteRounding(amount, result, path, notes);
  return result;
}

/** Tells the sender when an amount that was sent is stored with fewer decimals. */
export function noteRounding(sent: unknown, stored: string, path: string, notes: Note[]): void {
  const amount = readAmount(sent);
  if (amount !== undefined && amount !== stored)
    notes.push({ code: 'amount_rounded', message: `has more decimals than its currency; stored as ${stored}`, path });
}

/** Price and currency of a view or a line of a cart. Without a currency neither is kept, and the event goes on. */
export function pricePair(
  { price, currency: stated }: { price: unknown; currency: unknown },
  fallback: string | undefined,
  notes: Note[],
): { fields: Loose; isCurrencyDefault: boolean } {
  const none = { fields: {}, isCurrencyDefault: false };
  if (price === undefined) return none;
  const found: Note[] = [];
  const currency = currencyOf(stated, fallback, found);
  if (currency.code === undefined) {
    const message = 'has no currency, and its source has no default; stored without price';
    notes.push({ code: 'price_without_currency', message, path: 'unit_price' });
    return none;
  }
  if (currency.decimals === undefined) {
    notes.push({ code: 'field_dropped', message: 'is no ISO 4217 currency; price left out', path: 'currency' });
    return none;
  }
  const amount = optionalAmount(price, currency.decimals, 'unit_price', found);
  notes.push(...(amount === undefined ? found.filter(({ code }) => code === 'field_dropped') : found));
  if (amount === undefined) return none;
  return { fields: { unit_price: amount, currency: currency.code }, isCurrencyDefault: currency.isDefault };
}
