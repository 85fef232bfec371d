import { randomUUID } from 'node:crypto';
import { type EventRecord, parseRecord } from '../../events/record.ts';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import type { TestDatabase } from '../brackets/database.ts';
import { consumersOn, deliver } from './deliver.ts';

const MINUTE_MS = 60_000;

/** A record of a trusted shop's event, by default a minute ago. */
export function aRecord(fields: Record<string, unknown>): EventRecord {
  const parsed = parseRecord({
    source: 'shop',
    trusted: true,
    received_at: new Date().toISOString(),
    occurred_at: new Date(Date.now() - MINUTE_MS).toISOString(),
    event_id: randomUUID(),
    ...fields,
  });
  if (!parsed.success) throw new Error(JSON.stringify(parsed.issues));
  return parsed.data;
}

/** Stores events through the production consumers. */
export async function store(database: TestDatabase, events: readonly Record<string, unknown>[]): Promise<void> {
  await storeRecords(database, events.map(aRecord));
}

/** The same for records, which may come again. */
export async function storeRecords(database: TestDatabase, records: readonly EventRecord[]): Promise<void> {
  const order = records.map((_, index) => index);
  await deliver(consumersOn(createNeonDatabase(database.writerUrl)), records, { order, sizes: [500], workers: 1 });
}
