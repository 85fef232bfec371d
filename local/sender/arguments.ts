import { BazaarError } from '../../platform/errors.ts';

/** A positive number from the command line; throws `usage` for anything else, undefined stays undefined. */
export function positiveNumber(name: string, text: string): number;
export function positiveNumber(name: string, text: string | undefined): number | undefined;
export function positiveNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new BazaarError('usage', `--${name} must be a number above 0: got "${text}"`);
}
