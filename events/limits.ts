/** Bounds of what a client may send, in one place: the schemas, the API document and the tests read them here. */
export const MAX_EVENTS_PER_BATCH = 500;
/** Messages of one request in Segment's shape: its clients fill a batch by bytes, 500,000 of them, 200 for a small message. */
export const MAX_SEGMENT_MESSAGES = 2_500;
/** Events of one request of the GA4 Measurement Protocol: as many as GA4 itself takes. */
export const MAX_GA4_EVENTS = 25;
/** Products of one request to the catalogue. */
export const MAX_PRODUCTS_PER_REQUEST = 500;
/** 1 MiB of body, before and after decompression. */
export const MAX_BODY_BYTES = 1024 * 1024;
/** Ids are keys in indexes: 200 characters of four bytes stay far below the 2,704 bytes a b-tree row may have. */
export const MAX_ID_CHARS = 200;
/** A product's name, category and brand. */
export const MAX_TEXT_CHARS = 500;
/** Page addresses and user agents; longer ones are seen in practice only from attacks. */
export const MAX_CONTEXT_CHARS = 2000;
export const MAX_QUANTITY = 1_000_000;
export const MAX_ITEMS_PER_ORDER = 200;
/** A JSON number beyond 15 significant digits is not the decimal that the sender wrote (IEEE 754, DBL_DIG). */
export const MAX_PRICE_DIGITS = 15;
/** Clocks drift by minutes; an event further ahead than this has a wrong time, not a late one. */
export const MAX_FUTURE_SECONDS = 5 * 60;
/** Backfills are normal; times before the year 2000 are epoch defaults, not events. */
export const FIRST_YEAR = 2000;
/** `occurred_at` may be wrong by years where `sent_at` corrects it, yet it names the partition of the row. */
export const LAST_YEAR = 2099;
