import type { Database } from '../../repositories/database.ts';
import { listHeld, toHeldRecord } from '../../repositories/export.repository.ts';
import { type ExportPart, exportPartNames } from './export-parts.ts';

export type ExportedRecord = { part: ExportPart; record: Record<string, unknown> };

/** Where an export goes on: behind a record of a part, or at its beginning. */
export type ExportPlace = { part: ExportPart; after: string[] | null };

export type ExportPage = { records: ExportedRecord[]; next: ExportPlace | null };

/** Rows that the database is asked for at once; it gives fewer where they are long. */
const ROWS_AT_A_TIME = 1_000;
/** A page stays below what a function may answer (6 MB), whatever the rows. */
const PAGE_BYTES = 2_000_000;

/**
 * A page of what is held on a person, under a user id or an anonymous id, with every id linked to it. Who is unknown has none.
 *
 * @param database the role `bazaar_people`, or the owner.
 */
export async function exportPage(
  database: Pick<Database, 'query'>,
  { userId, place, limit }: { userId: string; place: ExportPlace | null; limit: number },
): Promise<ExportPage> {
  const records: ExportedRecord[] = [];
  let bytes = 0;
  let next = place ?? firstPlace();
  while (next !== null && records.length < limit && bytes < PAGE_BYTES) {
    const { part, after }: ExportPlace = next;
    const portion = Math.min(limit - records.length, ROWS_AT_A_TIME);
    const rows = (await database.query(listHeld({ userId, part, after, limit: portion }))).map(toHeldRecord);
    records.push(...rows.map(({ record }) => ({ part, record })));
    bytes += rows.reduce((sum, { record }) => sum + Buffer.byteLength(JSON.stringify(record)), 0);
    const last = rows.at(-1);
    next = last === undefined ? placeBehind(part) : { part, after: last.place };
  }
  return { records, next };
}

/** Everything that is held on a person, record by record. */
export async function* exportPerson(
  database: Pick<Database, 'query'>,
  { userId }: { userId: string },
): AsyncGenerator<ExportedRecord> {
  let place: ExportPlace | null = null;
  do {
    const page: ExportPage = await exportPage(database, { userId, place, limit: ROWS_AT_A_TIME });
    yield* page.records;
    place = page.next;
  } while (place !== null);
}

function firstPlace(): ExportPlace | null {
  const [part] = exportPartNames;
  return part === undefined ? null : { part, after: null };
}

function placeBehind(part: ExportPart): ExportPlace | null {
  const next = exportPartNames[exportPartNames.indexOf(part) + 1];
  return next === undefined ? null : { part: next, after: null };
}
