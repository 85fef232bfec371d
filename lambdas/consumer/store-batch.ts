import type { EventType } from '../../events/event.ts';
import { RowRefusedError } from '../../platform/errors.ts';
import type { Database } from '../../repositories/database.ts';
import { type DeadLetter, insertNewDeadLetters } from '../../repositories/dead-letters.repository.ts';
import { ensurePartition } from '../../repositories/partitions.repository.ts';
import { holdsErasedPeople, lettersToKeep, withoutErased } from './forget-erased.ts';
import type { EventOf, Incoming, Projection } from './projection.ts';

/** What became of a batch, in events. */
export type Outcome = { inserted: number; duplicates: number; conflicts: number; deadLettered: number };

export const NOTHING: Outcome = { inserted: 0, duplicates: 0, conflicts: 0, deadLettered: 0 };

/** The sum of two outcomes. */
export function addOutcomes(a: Outcome, b: Outcome): Outcome {
  return {
    inserted: a.inserted + b.inserted,
    duplicates: a.duplicates + b.duplicates,
    conflicts: a.conflicts + b.conflicts,
    deadLettered: a.deadLettered + b.deadLettered,
  };
}

/**
 * Stores a batch in one transaction. When the database refuses the content of a row, the batch is halved until the row is
 * found and set aside; everything beside it is stored. Events of people who were erased meanwhile are left out. Other errors
 * are thrown: the batch is to come again.
 *
 * @param known months that have their partition. One that turns out to have none any more, since it was dropped, is taken out:
 * the next batch that needs it has it made, and the rows moved there.
 */
export async function storeBatch<T extends EventType>(
  database: Database,
  projection: Projection<T>,
  batch: readonly Incoming<EventOf<T>>[],
  known: Set<string>,
): Promise<Outcome> {
  if (batch.length === 0) return NOTHING;
  try {
    const { statements, outcomeIndex } = projection.statements(batch);
    const row = (await database.transact(statements))[outcomeIndex]?.[0];
    for (const month of (row?.unplaced_months ?? []) as string[]) known.delete(month);
    const inserted = Number(row?.inserted);
    return { ...NOTHING, inserted, duplicates: batch.length - inserted, conflicts: Number(row?.conflicts) };
  } catch (error) {
    if (holdsErasedPeople(error)) return storeBatch(database, projection, await withoutErased(database, batch), known);
    if (!(error instanceof RowRefusedError)) throw error;
    const [only] = batch;
    if (batch.length === 1 && only !== undefined) return setAside(database, [refused(only, error)]);
    const middle = Math.ceil(batch.length / 2);
    const left = await storeBatch(database, projection, batch.slice(0, middle), known);
    return addOutcomes(left, await storeBatch(database, projection, batch.slice(middle), known));
  }
}

/** Writes dead letters, each once; those of people who were erased are not kept. */
export async function setAside(database: Database, letters: readonly DeadLetter[]): Promise<Outcome> {
  if (letters.length === 0) return NOTHING;
  const kept = await lettersToKeep(database, letters);
  if (kept.length > 0) await database.query(insertNewDeadLetters(kept));
  return { ...NOTHING, deadLettered: kept.length };
}

function refused({ topic, partition, offset, payload }: Incoming, error: RowRefusedError): DeadLetter {
  return {
    topic,
    partition,
    offset,
    payload,
    reason: 'database_refused',
    detail: `${error.sqlState}: ${error.message}`,
  };
}

/**
 * Makes the partitions that the batch needs, asking for each month that is not known, one by one: what was made stays made
 * when a later one fails.
 */
export async function preparePartitions(
  database: Database,
  { table }: Pick<Projection, 'table'>,
  batch: readonly Incoming[],
  known: Set<string>,
): Promise<void> {
  const months = new Set(batch.map(({ record }) => monthOf(record.event.occurred_at)));
  for (const month of months) {
    if (known.has(month)) continue;
    await database.query(ensurePartition(table, `${month}-01T00:00:00Z`));
    known.add(month);
  }
}

/** In UTC, as the partitions are cut. What is stated in UTC, as nearly everything is, needs no reckoning. */
function monthOf(instant: string): string {
  return (instant.endsWith('Z') ? instant : new Date(instant).toISOString()).slice(0, 'yyyy-mm'.length);
}
