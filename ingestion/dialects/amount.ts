const PLAIN = /^(\d*)\.?(\d*)$/;
const SCIENTIFIC = /^(\d+)(?:\.(\d+))?e([+-]\d+)$/;
/** No amount that is meant has more characters. */
const MAX_AMOUNT_CHARS = 40;
/** What binary floats add to a decimal lies far behind this many further digits (19.990000000000002). */
const NOISE_DIGITS = 6;

/**
 * Reads a non-negative amount from a JSON number or a decimal text (`19.9`, `.5`, ` 007 `) as a plain decimal. Undefined
 * for what can be read in two ways (`1,299`) or in none.
 */
export function readAmount(value: unknown): string | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const text = String(value).trim();
  if (text.length > MAX_AMOUNT_CHARS) return undefined;
  const [, whole = '', fraction = ''] = PLAIN.exec(typeof value === 'number' ? withoutExponent(text) : text) ?? [];
  if (whole === '' && fraction === '') return undefined;
  const digits = whole.replace(/^0+(?=\d)/, '') || '0';
  return fraction === '' ? digits : `${digits}.${fraction}`;
}

/** `1.5e-7` as `0.00000015`: so JavaScript writes small and large numbers. */
function withoutExponent(text: string): string {
  const [, whole = '', fraction = '', exponent = ''] = SCIENTIFIC.exec(text) ?? [];
  if (whole === '') return text;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  return `${digits.slice(0, point).padEnd(point, '0')}.${digits.slice(point)}`;
}

/** A plain decimal with at most so many decimals: the nearest one (halves up), or the next above. */
export function roundAmount(decimal: string, decimals: number, direction: 'nearest' | 'up' = 'nearest'): string {
  const [whole = '0', fraction = ''] = decimal.split('.');
  if (fraction.replace(/0+$/, '').length <= decimals) return decimal;
  if (direction === 'up') {
    const quiet = roundAmount(decimal, decimals + NOISE_DIGITS);
    const rest = (quiet.split('.')[1] ?? '').slice(decimals);
    const cut = fromMinorUnits(toMinorUnits(quiet, decimals), decimals);
    return /[1-9]/.test(rest) ? fromMinorUnits(toMinorUnits(cut, decimals) + 1n, decimals) : cut;
  }
  const kept = BigInt(whole + fraction.slice(0, decimals));
  return fromMinorUnits(kept + (fraction.charAt(decimals) >= '5' ? 1n : 0n), decimals);
}

/** Whole units of the last of so many decimals (cents with two); what stands behind them is cut off. */
export function toMinorUnits(decimal: string, decimals: number): bigint {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));
}

/** The plain decimal of whole minor units. */
export function fromMinorUnits(units: bigint, decimals: number): string {
  const digits = String(units).padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** What is left of an amount; undefined where that would be less than nothing. */
export function differenceOf(amount: string, less: readonly string[]): string | undefined {
  const decimals = Math.max(...[amount, ...less].map((text) => (text.split('.')[1] ?? '').length));
  const left = less.reduce((units, text) => units - toMinorUnits(text, decimals), toMinorUnits(amount, decimals));
  return left < 0n ? undefined : fromMinorUnits(left, decimals);
}
