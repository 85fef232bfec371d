/** What an origin has to be, for messages that say what is allowed. */
export const ORIGIN_RULE = 'must be an origin as browsers send it: scheme and host, without a path';

/** A browser names a page's origin in one form only, and compares nothing but the whole of it. */
export function isOrigin(text: string): boolean {
  return /^https?:/.test(text) && !text.includes('*') && URL.canParse(text) && new URL(text).origin === text;
}
