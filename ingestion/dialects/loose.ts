/** A JSON object of which nothing is known yet. */
export type Loose = Readonly<Record<string, unknown>>;

/** The object that stands there, or an empty one. */
export function objectOf(value: unknown): Loose {
  return isObject(value) ? value : {};
}

/** Whether a JSON value is an object; lists are none. */
export function isObject(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The first of the fields that says something: null and blank text say nothing. */
export function firstOf(source: Loose, ...names: readonly string[]): unknown {
  return names.map((name) => source[name]).find(saysSomething);
}

function saysSomething(value: unknown): boolean {
  return value !== undefined && value !== null && (typeof value !== 'string' || value.trim() !== '');
}

/** A number as text, as ids are here. What is neither is left for the schema to refuse. */
export function idOf(value: unknown): unknown {
  return typeof value === 'number' ? String(value) : withoutDepth(value);
}

/** A value for the schema to judge; of an object or list nothing but that it is one, however deep it is. */
export function withoutDepth(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? {} : value;
}

/** Text that can be stored, cut to `maxChars`; undefined where none is left. */
export function textOf(value: unknown, maxChars: number): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value).replaceAll('\u0000', '').toWellFormed().trim();
  const cut = text.slice(0, maxChars);
  // A character of two halves is not cut in two.
  return (cut.isWellFormed() ? cut : cut.slice(0, -1)) || undefined;
}

/** A whole number, also from text; what is none is left for the schema to refuse. One where nothing is said. */
export function quantityOf(value: unknown): unknown {
  if (value === undefined) return 1;
  return typeof value === 'string' && /^\s*\d{1,15}(\.0*)?\s*$/.test(value) ? Number(value) : withoutDepth(value);
}

/** The fields without those that are undefined: to a strict schema and to a digest these are not the same. */
export function withoutUndefined(fields: Loose): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
