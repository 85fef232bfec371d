/** What can stand in an array without quotes: ids, numbers, times. */
const PLAIN = /^[\w.:+-]+$/;
const NULL = /^null$/i;

/**
 * A one-dimensional array in the text form of Postgres, ready to be a parameter; undefined for what holds more than plain values
 * (arrays, dates, bytes), which the driver writes. The driver quotes everything, and each quote is escaped again on its way
 * through JSON: 4.5 µs for a row of a batch instead of 2.5, and a fifth more bytes.
 */
export function arrayLiteral(values: readonly unknown[]): string | undefined {
  const elements: string[] = [];
  for (const value of values) {
    if (typeof value === 'object' && value !== null) return undefined;
    elements.push(typeof value === 'string' ? elementOf(value) : String(value ?? null));
  }
  return `{${elements.join()}}`;
}

function elementOf(text: string): string {
  if (PLAIN.test(text) && !NULL.test(text)) return text;
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
