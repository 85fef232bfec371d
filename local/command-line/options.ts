import { existsSync } from 'node:fs';
import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { currencyDecimals } from '../../events/currencies.ts';

/**
 * The options that several commands share, each defined once, and what reads a word of the command line as a value. What is
 * not allowed is said by commander, with the option's name and the word, before these messages.
 */

export const dataDirOption = () =>
  new Option('--data-dir <folder>', 'folder of the local system').default('.bazaar' as string);

export const jsonOption = () => new Option('--json', 'print the result as one line of JSON');

export const urlOption = () =>
  new Option('--url <address>', 'the API to send to; when left out, the system that runs on the data folder').argParser(
    httpAddress,
  );

export const keyOption = () =>
  new Option('--key <key>', 'API key; when left out, the one of the system that runs on the data folder').env(
    'BAZAAR_KEY',
  );

export const seedOption = () =>
  new Option('--seed <number>', 'the same seed gives the same numbers').argParser(wholeNumber(0)).default(1);

/** A number above 0. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new InvalidArgumentError('allowed: a number above 0');
}

/** A reader of whole numbers within bounds, both included. */
export function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d{1,16}$/.test(text) && value >= min && value <= max) return value;
    const bounds = max === Number.MAX_SAFE_INTEGER ? `from ${min} on` : `from ${min} to ${max}`;
    throw new InvalidArgumentError(`allowed: a whole number ${bounds}`);
  };
}

/** A currency that ISO 4217 lists. */
export function currencyCode(text: string): string {
  if (currencyDecimals(text) !== undefined) return text;
  throw new InvalidArgumentError('allowed: an ISO 4217 code in capitals, such as EUR');
}

/** A date, or a date and time with zone. */
export function instant(text: string): Date {
  const date = new Date(text);
  const isWhole = /^\d{4}-\d{2}-\d{2}$/.test(text) || /^\d{4}-\d{2}-\d{2}T.+(Z|[+-]\d{2}:\d{2})$/.test(text);
  if (isWhole && !Number.isNaN(date.getTime())) return date;
  throw new InvalidArgumentError('allowed: a date as 2026-01-31, or a time with its zone as 2026-01-31T12:00:00Z');
}

/** The same, and over. */
export function pastInstant(text: string): Date {
  const date = instant(text);
  if (date.getTime() < Date.now()) return date;
  throw new InvalidArgumentError('allowed: a date in the past');
}

/** The name of a file that is there. */
export function existingFile(text: string): string {
  if (existsSync(text)) return text;
  throw new InvalidArgumentError('there is no such file');
}

function httpAddress(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text.replace(/\/+$/, '');
  throw new InvalidArgumentError('allowed: an http address, such as http://127.0.0.1:3000');
}
