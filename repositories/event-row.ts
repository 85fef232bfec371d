import { hash } from 'node:crypto';
import type { ShopEvent } from '../events/event.ts';
import { clockSkewMs, type EventRecord } from '../events/record.ts';
import type { Columns } from './columns.ts';

/** The columns that all raw tables share, as they are sent. `event_at` is computed from `occurred_at` and the skew. */
export type EventRow = {
  source: string;
  event_id: string;
  occurred_at: string;
  skew_ms: number;
  received_at: string;
  user_id: string | null;
  anonymous_id: string | null;
  session_id: string | null;
  trusted: boolean;
  is_bot: boolean;
  digest: string;
  context: string | null;
};

export const eventColumns: Columns<EventRow> = {
  source: 'text',
  event_id: 'uuid',
  occurred_at: 'timestamptz',
  skew_ms: 'float8',
  received_at: 'timestamptz',
  user_id: 'text',
  anonymous_id: 'text',
  session_id: 'text',
  trusted: 'boolean',
  is_bot: 'boolean',
  digest: 'uuid',
  context: 'jsonb',
};

/** The shared columns of a record's row. */
export function eventRow({ stamp, event }: EventRecord): EventRow {
  return {
    source: stamp.source,
    event_id: event.event_id,
    occurred_at: event.occurred_at,
    skew_ms: clockSkewMs(stamp),
    received_at: stamp.received_at,
    user_id: event.user_id ?? null,
    anonymous_id: event.anonymous_id ?? null,
    session_id: event.session_id ?? null,
    trusted: stamp.trusted,
    is_bot: stamp.is_bot,
    digest: stamp.is_nameless === true ? NO_DIGEST : digestOf(event),
    context: contextOf({ stamp, event }),
  };
}

/** What surrounds the event; the server's own word stands beside the client's under a name that no client can send. */
function contextOf({ stamp: { currency_defaulted }, event: { context } }: EventRecord): string | null {
  if (context === undefined && currency_defaulted === undefined) return null;
  return JSON.stringify({ ...context, currency_defaulted });
}

/** Of an event of nobody: whose it was is gone, so that it cannot be compared with what the client sent. */
const NO_DIGEST = '00000000-0000-0000-0000-000000000000';

/** MD5 of what the client sent, in the schema's field order; as hexadecimal it is a uuid to Postgres, 16 bytes wide. */
function digestOf(event: ShopEvent): string {
  return hash('md5', JSON.stringify(event));
}
