import * as z from 'zod';
import { currencyCodes, currencyDecimals } from './currencies.ts';
import * as limits from './limits.ts';

type Checked = { value: unknown };
/**
 * For checks of a length. Without it zod looks at the length of whatever has one, also of what it has already found to be
 * neither text nor list, and throws on a length that cannot be compared.
 */
export const ofText = { abort: false, when: ({ value }: Checked) => typeof value === 'string' };
export const ofList = { abort: false, when: ({ value }: Checked) => Array.isArray(value) };

/** Text that Postgres can hold: no U+0000 (22021) and no lone surrogates (22P02). */
export function boundedText(maxChars: number) {
  return z
    .string()
    .min(1, ofText)
    .max(maxChars, ofText)
    .refine((text) => text.isWellFormed() && !text.includes('\u0000'), {
      message: 'text must be well-formed unicode without U+0000',
    });
}

export const id = boundedText(limits.MAX_ID_CHARS);
export const label = boundedText(limits.MAX_TEXT_CHARS);
export const contextText = boundedText(limits.MAX_CONTEXT_CHARS);

/** Any UUID, in lower case: the same id in capitals is the same event. */
export const eventId = z
  .guid('must be a UUID, such as 018f6e2c-9f5a-7c3d-8a1b-2c3d4e5f6a7b')
  .meta({ format: 'uuid' })
  .transform((uuid) => uuid.toLowerCase());

/** Postgres takes zones of less than 16 hours from UTC (22009); those in use reach 14. */
const ISO_WITH_ZONE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-](0\d|1[0-5]):\d{2})$/;

/** Days that exist. Made once: it is a long expression. */
const ISO_DATETIME = z.regexes.datetime({ offset: true });

/** ISO 8601 with a zone and at most microseconds (what timestamptz holds), from the year 2000 to 2099. */
export const instant = z
  .string()
  .max(40, ofText)
  .refine((text) => ISO_WITH_ZONE.test(text) && ISO_DATETIME.test(text), {
    message: 'must be an ISO 8601 date and time with a zone, such as 2026-01-31T12:00:00Z',
  })
  .refine((text) => isInYears(text), {
    message: `must lie in the years ${limits.FIRST_YEAR} to ${limits.LAST_YEAR}`,
  })
  .meta({ format: 'date-time', description: 'ISO 8601 with a zone, from the year 2000 to 2099, at most microseconds' });

function isInYears(text: string): boolean {
  const year = new Date(text).getUTCFullYear();
  return year >= limits.FIRST_YEAR && year <= limits.LAST_YEAR;
}

export const quantity = z.int().min(1).max(limits.MAX_QUANTITY);

export const currency = z
  .string()
  .refine((code) => currencyDecimals(code) !== undefined, {
    message: 'must be an ISO 4217 currency code in capitals, such as EUR',
  })
  .meta({ enum: [...currencyCodes] });

const MONEY_MESSAGE = `must be a non-negative decimal of at most ${limits.MAX_PRICE_DIGITS} digits, such as 12.5 or "12.50"`;
/** Zero, the point, and the digits. */
const MAX_MONEY_CHARS = limits.MAX_PRICE_DIGITS + 2;
const DECIMAL = /^(0|[1-9]\d*)(\.\d+)?$/;
const moneyNumber = z.number().meta({ minimum: 0 });
const moneyText = z.string().meta({ pattern: DECIMAL.source, maxLength: MAX_MONEY_CHARS });

/**
 * A non-negative amount of money: a JSON number, read by its shortest decimal form, or a decimal string.
 * The output is a decimal string; arithmetic on it belongs to SQL `numeric` or to whole minor units.
 */
export const money = z.union([moneyNumber, moneyText], MONEY_MESSAGE).transform((value, context) => {
  const text = String(value);
  const digits = text.replace('.', '').replace(/^0+/, '');
  if (text.length <= MAX_MONEY_CHARS && DECIMAL.test(text) && digits.length <= limits.MAX_PRICE_DIGITS) return text;
  context.addIssue({ code: 'custom', message: MONEY_MESSAGE });
  return z.NEVER;
});

/** How many digits stand behind the point of a decimal string, trailing zeros left out. */
export function decimalsOf(decimal: string): number {
  const fraction = decimal.split('.')[1] ?? '';
  return fraction.replace(/0+$/, '').length;
}
