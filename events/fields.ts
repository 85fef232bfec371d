import * as z from 'zod';
import { currencyCodes, currencyDecimals } from './currencies.ts';
import * as limits from './limits.ts';

type Checked = { value: unknown };
/**
 * For checks of a list's length. Without it zod looks at the length of whatever has one, also of what it has already found to be
 * no list, and throws on a length that cannot be compared.
 */
export const ofList = { abort: false, when: ({ value }: Checked) => Array.isArray(value) };

/** What a check of zod is given: the value, whose type is right, and where to say what is wrong with it. */
export type Payload<T> = z.core.ParsePayload<T>;

/**
 * Says that a value is wrong; the checks behind this one still look at it.
 *
 * @param path from the value to the field to mend; the value itself when absent.
 */
export function addIssue({ issues, value }: Payload<unknown>, message: string, path?: (string | number)[]): void {
  issues.push({ code: 'custom', message, input: value, continue: true, ...(path === undefined ? {} : { path }) });
}

/** Text that Postgres can hold: no U+0000 (22021) and no lone surrogates (22P02). One check, since each costs as much as the type. */
export function boundedText(maxChars: number) {
  const limits = { origin: 'string', inclusive: true, continue: true } as const;
  return z
    .string()
    .check((payload) => {
      const { value: text, issues } = payload;
      if (text.length < 1) issues.push({ code: 'too_small', minimum: 1, input: text, ...limits });
      else if (text.length > maxChars) issues.push({ code: 'too_big', maximum: maxChars, input: text, ...limits });
      else if (!text.isWellFormed() || text.includes('\u0000'))
        addIssue(payload, 'text must be well-formed unicode without U+0000');
    })
    .meta({ minLength: 1, maxLength: maxChars });
}

export const id = boundedText(limits.MAX_ID_CHARS);
export const label = boundedText(limits.MAX_TEXT_CHARS);
export const contextText = boundedText(limits.MAX_CONTEXT_CHARS);

/** Any UUID, in lower case: the same id in capitals is the same event. */
export const eventId = z
  .guid('must be a UUID, such as 018f6e2c-9f5a-7c3d-8a1b-2c3d4e5f6a7b')
  .toLowerCase()
  .meta({ format: 'uuid' });

/** Postgres takes zones of less than 16 hours from UTC (22009); those in use reach 14. */
const ISO_WITH_ZONE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-](0\d|1[0-5]):\d{2})$/;

/** Days that exist. Made once: it is a long expression. */
const ISO_DATETIME = z.regexes.datetime({ offset: true });

/** Longer than any that is allowed. */
const MAX_INSTANT_CHARS = 40;

/** ISO 8601 with a zone and at most microseconds (what timestamptz holds), from the year 2000 to 2099. */
export const instant = z
  .string()
  .check((payload) => {
    const { value: text } = payload;
    if (text.length > MAX_INSTANT_CHARS || !ISO_WITH_ZONE.test(text) || !ISO_DATETIME.test(text))
      addIssue(payload, 'must be an ISO 8601 date and time with a zone, such as 2026-01-31T12:00:00Z');
    else if (!isInYears(text)) addIssue(payload, `must lie in the years ${limits.FIRST_YEAR} to ${limits.LAST_YEAR}`);
  })
  .meta({
    format: 'date-time',
    maxLength: MAX_INSTANT_CHARS,
    description: 'ISO 8601 with a zone, from the year 2000 to 2099, at most microseconds',
  });

/** In UTC: a zone moves only what lies at the end of a year into another one. */
function isInYears(text: string): boolean {
  const stated = Number(text.slice(0, 4));
  if (stated > limits.FIRST_YEAR && stated < limits.LAST_YEAR) return true;
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
  if (text.length <= MAX_MONEY_CHARS && DECIMAL.test(text) && significantDigits(text) <= limits.MAX_PRICE_DIGITS)
    return text;
  context.addIssue({ code: 'custom', message: MONEY_MESSAGE });
  return z.NEVER;
});

/** At most, where there are few characters. */
function significantDigits(decimal: string): number {
  if (decimal.length <= limits.MAX_PRICE_DIGITS) return decimal.length;
  return decimal.replace('.', '').replace(/^0+/, '').length;
}

/** How many digits stand behind the point of a decimal string, trailing zeros left out. */
export function decimalsOf(decimal: string): number {
  const point = decimal.indexOf('.');
  if (point === -1) return 0;
  let end = decimal.length;
  while (decimal[end - 1] === '0') end -= 1;
  return end - point - 1;
}
