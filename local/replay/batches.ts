import { MAX_BODY_BYTES, MAX_EVENTS_PER_BATCH } from '../../events/limits.ts';
import type { Row } from './row.ts';

/** One event as it is sent, with the line it came from. */
export type Entry = { readonly line: number; readonly json: string };

/** Consecutive lines of the file: events to send in one request, and lines found bad on the way to them. */
export type Batch = {
  readonly lastLine: number;
  readonly entries: readonly Entry[];
  readonly bad: readonly { line: number; message: string }[];
  readonly skipped: number;
};

/** Room for `{"events":[…]}` and the commas between 500 events. */
const ENVELOPE_BYTES = 1024;

/** Cuts rows into requests of at most `maxEvents` (500) events that stay below the API's body limit of 1 MiB. */
export async function* batchesOf(rows: AsyncIterable<Row>, maxEvents = MAX_EVENTS_PER_BATCH): AsyncGenerator<Batch> {
  let batch = emptyBatch();
  let bytes = ENVELOPE_BYTES;
  for await (const row of rows) {
    const entry = 'event' in row ? { line: row.line, json: JSON.stringify(row.event) } : undefined;
    const size = entry === undefined ? 0 : Buffer.byteLength(entry.json) + 1;
    if (batch.entries.length + batch.bad.length >= maxEvents || bytes + size > MAX_BODY_BYTES) {
      if (batch.lastLine > 0) yield batch;
      batch = emptyBatch();
      bytes = ENVELOPE_BYTES;
    }
    batch.lastLine = row.line;
    if ('bad' in row) batch.bad.push({ line: row.line, message: row.bad });
    else if (entry === undefined) batch.skipped++;
    else if (bytes + size > MAX_BODY_BYTES) batch.bad.push({ line: row.line, message: 'event is larger than 1 MiB' });
    else {
      batch.entries.push(entry);
      bytes += size;
    }
  }
  if (batch.lastLine > 0) yield batch;
}

function emptyBatch() {
  return { lastLine: 0, entries: [] as Entry[], bad: [] as { line: number; message: string }[], skipped: 0 };
}
