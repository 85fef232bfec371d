import type { EventRecord } from '../events/record.ts';
import type { Row, Statement } from './database.ts';
import type { DeadLetterReason } from './dead-letters.repository.ts';
import { eventRow } from './event-row.ts';
import type { RawTable } from './partitions.repository.ts';

export const letterStates = ['waiting', 'replayed', 'dismissed', 'all'] as const;

/** Which letters: every condition that is given holds. Times are when a record was set aside. */
export type LetterFilter = {
  ids?: readonly string[] | undefined;
  topic?: string | undefined;
  reason?: DeadLetterReason | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
  state: (typeof letterStates)[number];
};

/** What is known of a letter beside its payload. */
export type LetterSummary = {
  id: string;
  topic: string;
  partition: number;
  offset: string;
  reason: DeadLetterReason;
  detail: string;
  bytes: number;
  created_at: Date;
  fixed_at: Date | null;
  replayed_at: Date | null;
  dismissed_at: Date | null;
};

/** A letter whole. */
export type Letter = LetterSummary & { payload: Buffer; fixedPayload: Buffer | undefined };

const WAITING = 'replayed_at is null and dismissed_at is null';
const STATES: Readonly<Record<LetterFilter['state'], string>> = {
  waiting: WAITING,
  replayed: 'replayed_at is not null',
  dismissed: 'dismissed_at is not null',
  all: 'true',
};
const SUMMARY = `id::text, topic, partition, "offset"::text, reason, detail, octet_length(payload) as bytes, created_at, fixed_at,
  replayed_at, dismissed_at`;

function selection({ ids, topic, reason, since, until, state }: LetterFilter): Statement {
  const text = `from dead_letters
    where ${STATES[state]} and ($1::bigint[] is null or id = any ($1)) and ($2::text is null or topic = $2)
      and ($3::text is null or reason = $3) and ($4::timestamptz is null or created_at >= $4)
      and ($5::timestamptz is null or created_at < $5)`;
  return {
    text,
    params: [ids ?? null, topic ?? null, reason ?? null, since?.toISOString() ?? null, until?.toISOString() ?? null],
  };
}

/** The newest letters first, without their payloads, and in each row as `matching` how many there are in all. */
export function listLetters(filter: LetterFilter, limit: number): Statement {
  const { text, params } = selection(filter);
  return {
    text: `select ${SUMMARY}, count(*) over ()::int as matching ${text} order by id desc limit $6`,
    params: [...params, limit],
  };
}

/** The ids of letters, oldest first, at most so many. */
export function letterIds(filter: LetterFilter, limit: number): Statement {
  const { text, params } = selection(filter);
  return { text: `select id::text ${text} order by id limit $6`, params: [...params, limit] };
}

/** Letters whole, oldest first. */
export function wholeLetters(ids: readonly string[]): Statement {
  const text = `select ${SUMMARY}, encode(payload, 'base64') as payload, encode(fixed_payload, 'base64') as fixed_payload
    from dead_letters where id = any ($1::bigint[]) order by id`;
  return { text, params: [ids] };
}

/** A row of `listLetters`. */
export function toSummary({ matching: _, ...row }: Row): LetterSummary {
  return row as LetterSummary;
}

/** A row of `wholeLetters`. */
export function toLetter({ payload, fixed_payload, ...row }: Row): Letter {
  return {
    ...(row as LetterSummary),
    payload: bytes(payload),
    fixedPayload: fixed_payload === null ? undefined : bytes(fixed_payload),
  };
}

function bytes(base64: unknown): Buffer {
  return Buffer.from(String(base64), 'base64');
}

/** Puts a record beside the payload of a letter that waits; the row that comes back says that it did. */
export function storeFix(id: string, payload: Buffer): Statement {
  const text = `update dead_letters set fixed_payload = $2::bytea, fixed_at = now() where id = $1 and ${WAITING} returning id`;
  return { text, params: [id, `\\x${payload.toString('hex')}`] };
}

/** Says that letters will never be rows, or takes that back; a row for each that was changed. */
export function dismissLetters(ids: readonly string[], isDismissed: boolean): Statement {
  const [before, after] = isDismissed ? ['dismissed_at is null', 'now()'] : ['dismissed_at is not null', 'null'];
  const text = `update dead_letters set dismissed_at = ${after}
    where id = any ($1::bigint[]) and replayed_at is null and ${before} returning id::text`;
  return { text, params: [ids] };
}

/** Two replays of the same letters: the second waits here, and finds them done. Sorted, so that neither waits for the other. */
export function lockLetters(ids: readonly string[]): Statement {
  return { text: 'select from dead_letters where id = any ($1::bigint[]) order by id for update', params: [ids] };
}

/** A letter, and the record that its row is made of. */
export type LetterRecord = { id: string; record: EventRecord };

const KEYS = `unnest($1::bigint[], $2::text[], $3::uuid[], $4::timestamptz[], $5::uuid[])
    k (id, source, event_id, occurred_at, digest)`;

function keysOf(letters: readonly LetterRecord[]): unknown[][] {
  const rows = letters.map(({ record }) => eventRow(record));
  return [
    letters.map(({ id }) => id),
    rows.map(({ source }) => source),
    rows.map(({ event_id }) => event_id),
    rows.map(({ occurred_at }) => occurred_at),
    rows.map(({ digest }) => digest),
  ];
}

/**
 * Marks the letters whose very rows stand, whoever stored them; for the end of the transaction that stores them. A row for
 * each letter marked.
 */
export function markReplayed(table: RawTable, letters: readonly LetterRecord[]): Statement {
  const text = `update dead_letters l set replayed_at = now()
    from ${KEYS} join ${table} r using (source, event_id, occurred_at, digest)
    where l.id = k.id and l.replayed_at is null and l.dismissed_at is null
    returning l.id::text`;
  return { text, params: keysOf(letters) };
}

/** For each letter: `replayed`, `dismissed`, `stands` (its very row), `taken` (a row under the same key). */
export function whatStands(table: RawTable, letters: readonly LetterRecord[]): Statement {
  const text = `select k.id::text, l.replayed_at is not null as replayed, l.dismissed_at is not null as dismissed,
      r.digest is not null and r.digest = k.digest as stands, r.digest is not null as taken
    from ${KEYS} join dead_letters l using (id) left join ${table} r using (source, event_id, occurred_at)`;
  return { text, params: keysOf(letters) };
}

/** True for the owner of the table and who acts as the owner. */
export const IS_OWNER: Statement = {
  text: "select pg_has_role(current_user, relowner, 'usage') as is_owner from pg_class where oid = 'dead_letters'::regclass",
  params: [],
};
