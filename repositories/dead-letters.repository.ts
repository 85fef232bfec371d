import { createHash } from 'node:crypto';
import { arraysOf, type Columns, names, unnest } from './columns.ts';
import type { Statement } from './database.ts';

/** Why a record was set aside; the table allows the same ones. */
export const deadLetterReasons = [
  'not_json',
  'tombstone',
  'invalid_event',
  'wrong_topic',
  'database_refused',
  'refund_currency',
] as const;
export type DeadLetterReason = (typeof deadLetterReasons)[number];

/** A record that no retry can store: where it was read, why it was set aside, and its bytes. */
export type DeadLetter = {
  topic: string;
  partition: number;
  offset: string;
  reason: DeadLetterReason;
  detail: string;
  payload: Buffer;
};

type DeadLetterRow = Omit<DeadLetter, 'offset' | 'payload'> & { '"offset"': string; payload: string; digest: string };

const columns: Columns<DeadLetterRow> = {
  topic: 'text',
  partition: 'integer',
  '"offset"': 'bigint',
  reason: 'text',
  detail: 'text',
  payload: 'bytea',
  digest: 'uuid',
};

const INSERT_NEW = `insert into dead_letters (${names(columns)})
  select ${names(columns)} from ${unnest(columns, 'd')}
  order by topic, partition, "offset"
  on conflict do nothing`;

/** Sets records aside, each once. */
export function insertNewDeadLetters(letters: readonly DeadLetter[]): Statement {
  return { text: INSERT_NEW, params: arraysOf(columns, letters.map(row)) };
}

function row({ topic, partition, offset, reason, detail, payload }: DeadLetter): DeadLetterRow {
  return {
    topic,
    partition,
    '"offset"': offset,
    reason,
    detail: storable(detail),
    payload: `\\x${payload.toString('hex')}`,
    digest: createHash('md5').update(payload).digest('hex'),
  };
}

/** The detail may quote the very text that Postgres refuses. */
function storable(text: string): string {
  return text.slice(0, 2000).toWellFormed().replaceAll('\u0000', '\ufffd');
}
