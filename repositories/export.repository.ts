import type { Row, Statement } from './database.ts';

/** A row of a table that is about a person, and its place in the order of the export. */
export type HeldRecord = { place: string[]; record: Record<string, unknown> };

/** The next rows of one table on a person; none when it holds no more. Rows of `HeldRecord`, about a megabyte at most. */
export function listHeld(options: {
  userId: string;
  part: string;
  after: readonly string[] | null;
  limit: number;
}): Statement {
  const { userId, part, after, limit } = options;
  return { text: 'select * from export_person($1, $2, $3::text[], $4)', params: [userId, part, after, limit] };
}

/** Rows of `listHeld`. */
export function toHeldRecord({ place, record }: Row): HeldRecord {
  return { place: place as string[], record: record as Record<string, unknown> };
}
