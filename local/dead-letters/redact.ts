/**
 * What a payload and a message look like to somebody who repairs, and need not know whose they are. What is known to be
 * harmless is shown; everything else is not.
 */

/** Shown as they are, but for what looks like a secret or an address in them. */
const SHOWN: ReadonlySet<string> = new Set([
  ...['type', 'event_id', 'occurred_at', 'received_at', 'sent_at', 'source', 'trusted', 'is_bot', 'currency_defaulted'],
  ...['product_id', 'name', 'category', 'brand', 'unit_price', 'currency', 'quantity', 'cart_id', 'order_id'],
  ...['items', 'discount', 'tax', 'shipping', 'amount', 'context', 'page_url', 'referrer', 'user_agent', 'locale'],
]);
const ADDRESSES: ReadonlySet<string> = new Set(['page_url', 'referrer']);

const MAX_DEPTH = 8;
const MAX_ITEMS = 200;
const MAX_CHARS = 500;
const MAX_NAME_CHARS = 60;

const SECRETS: readonly RegExp[] = [
  /\b(?:pk|sk|ak|rk|ghp|gho|xox[a-z])[_-][A-Za-z0-9_-]{6,}/g,
  /\bAKIA[A-Z0-9]{12,}/g,
  /\bBearer\s+\S+/gi,
  /\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.?[A-Za-z0-9_-]*/g,
  /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/@]{1,200}@/gi,
  /[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,100}\.[A-Za-z]{2,}/g,
];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** As long and as mixed as only keys are. */
const TOKEN = /[A-Za-z0-9_+/=-]{32,}/g;

/** Text of a payload: without secrets, and of bounded length. */
function redactText(text: string): string {
  const bounded = text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}… (${text.length} characters)` : text;
  const known = SECRETS.reduce((kept, secret) => kept.replace(secret, '[redacted]'), bounded);
  return known.replace(TOKEN, (word) =>
    UUID.test(word) || !/\d/.test(word) || !/[A-Za-z]/.test(word) ? word : '[redacted]',
  );
}

/** An address without what names a person or lets one in: user, query and fragment. */
function redactAddress(text: string): string {
  return redactText(text.replace(/[?#].*$/s, (rest) => `${rest[0]}[redacted]`));
}

/** What stands in the messages of the database and of parsers between quotes is the record's. */
export function redactDetail(detail: string): string {
  return redactText(
    detail.replace(/"(?:[^"\\]|\\.)*"?|\(([^()]*)\)=\([^()]*\)/g, (quoted) => (quoted.length <= 2 ? quoted : '"…"')),
  );
}

/** A parsed payload for the eyes of somebody who repairs. */
export function redactPayload(value: unknown): unknown {
  return redact(value, '', 0);
}

function redact(value: unknown, name: string, depth: number): unknown {
  if (Array.isArray(value)) {
    if (depth >= MAX_DEPTH) return '[…]';
    return value.slice(0, MAX_ITEMS).map((item) => redact(item, name, depth + 1));
  }
  if (typeof value === 'object' && value !== null) {
    if (depth >= MAX_DEPTH) return '{…}';
    const fields = Object.entries(value).slice(0, MAX_ITEMS);
    return Object.fromEntries(fields.map(([key, field]) => [nameOf(key), redactField(field, key, depth)]));
  }
  return typeof value === 'string' ? redactText(value) : value;
}

function redactField(value: unknown, name: string, depth: number): unknown {
  if (!SHOWN.has(name)) return hidden(value);
  if (ADDRESSES.has(name) && typeof value === 'string') return redactAddress(value);
  return redact(value, name, depth + 1);
}

/** The kind and size help to see what is wrong. */
function hidden(value: unknown): string {
  if (value === null) return '[redacted null]';
  if (typeof value === 'string') return `[redacted text, ${value.length} characters]`;
  return `[redacted ${Array.isArray(value) ? 'list' : typeof value}]`;
}

function nameOf(key: string): string {
  return redactText(key.length > MAX_NAME_CHARS ? `${key.slice(0, MAX_NAME_CHARS)}…` : key);
}
