import { redactDetail, redactPayload } from '../dead-letters/redact.ts';
import type { Query, TileSource } from './tiles.ts';

const NEWEST = `select id::text, topic, partition, "offset"::text as "offset", reason, left(detail, 400) as detail,
  substring(payload from 1 for 2000) as payload, length(payload) as bytes, created_at, replayed_at, dismissed_at
  from dead_letters order by id desc limit 6`;

const MAX_CHARS = 300;
/** Of what is not JSON nobody knows which part is personal. */
const MAX_PLAIN_CHARS = 60;

/** The newest dead letters, their payloads without what is personal. `query` asks as a role that may read them. */
export function deadLetterTile(query: Query): TileSource {
  return {
    name: 'dead_letters',
    read: async () => (await query(NEWEST)).map(shownOf),
  };
}

function shownOf(row: Record<string, unknown>) {
  return { ...row, detail: redactDetail(String(row.detail ?? '')), payload: redact(bytesOf(row.payload)) };
}

/** The driver gives bytes as they are, or in Postgres's hexadecimal form. */
function bytesOf(payload: unknown): Buffer {
  return typeof payload === 'string' ? Buffer.from(payload.replace(/^\\x/, ''), 'hex') : Buffer.from(payload as Buffer);
}

/** A payload as a person may read it, in one line. */
export function redact(payload: Buffer): string {
  const text = payload.toString();
  try {
    const value: unknown = JSON.parse(text);
    const shown = JSON.stringify(redactPayload(value), (key, inner) => (key === 'context' ? '…' : inner));
    return shown.replaceAll(/"\[redacted [^"]*\]"/g, '"…"').slice(0, MAX_CHARS);
  } catch {
    const hidden = text.replaceAll(/("(?!type")[^"]*"\s*:\s*)("[^"]*"?|[{[].*)/gs, '$1"…"');
    return hidden.length > MAX_PLAIN_CHARS ? `${hidden.slice(0, MAX_PLAIN_CHARS)}…` : hidden;
  }
}
