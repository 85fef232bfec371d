import { asConsented, missingConsent } from '../../events/consent.ts';
import type { EventType } from '../../events/event.ts';
import type { EventRecord } from '../../events/record.ts';
import { type Topic, topicNames, topicOf } from '../../events/topics.ts';
import { RowRefusedError } from '../../platform/errors.ts';
import type { Database } from '../../repositories/database.ts';
import { type Letter, lockLetters, markReplayed, whatStands } from '../../repositories/letter-repairs.repository.ts';
import { expiringTables } from '../../repositories/partitions.repository.ts';
import { holdsErasedPeople, withoutErased } from '../consumer/forget-erased.ts';
import type { Incoming, Projection } from '../consumer/projection.ts';
import { preparePartitions } from '../consumer/store-batch.ts';
import { cartEvents } from '../process-cart/projection.ts';
import { purchases } from '../process-purchase/projection.ts';
import { productViews } from '../process-view/projection.ts';
import { recordOf, wrongIn } from './record-of-letter.ts';

/**
 * What became of a letter: `replayed` its row stands and the letter is marked; `needs_fix` it is no event; `conflict` another
 * event stands under its key; `refused` by the database for its content, or by its sender's
 * consent; `erased` its person was; `too_old` its row may have
 * been stored, counted and dropped; `already_replayed` or `dismissed` by somebody before.
 */
export type ReplayOutcome =
  | 'replayed'
  | 'already_replayed'
  | 'needs_fix'
  | 'conflict'
  | 'refused'
  | 'erased'
  | 'too_old'
  | 'dismissed';
export type Replayed = { id: string; outcome: ReplayOutcome; detail?: string };

/** A projection of whichever events; each gets its own. */
type AnyProjection = Pick<Projection, 'table' | 'statements'>;

const projections: Readonly<Record<Topic, AnyProjection>> = {
  product_views: productViews,
  cart_events: cartEvents,
  purchases,
};

/** Raw rows are kept for 35 days at least: what was received within 30 days, and stored under this key, still stands. */
const REPLAYABLE_DAYS = 30;
const DAY_MS = 86_400_000;

const CONFLICT = { outcome: 'conflict', detail: 'another event stands under its event_id and occurred_at' } as const;
const NOT_STORED = { outcome: 'refused', detail: 'no row was made of it' } as const;

type Ready = Incoming & { id: string };

/**
 * Stores letters as a consumer stores a batch, and marks them in the same transaction: any number of times, by any number of
 * people, beside the consumers, each event counts once. What one letter meets does not keep the others from being stored.
 *
 * @param database the role `bazaar_repairer`, or the owner.
 * @throws DatabaseUnavailableError when the database cannot be asked: what was marked is marked, the rest waits.
 */
export async function replayLetters(
  database: Database,
  letters: readonly Letter[],
  { now, dryRun }: { now: Date; dryRun: boolean },
): Promise<Replayed[]> {
  const results: Replayed[] = [];
  const ready = new Map<Topic, Ready[]>(topicNames.map((topic) => [topic, []]));
  for (const letter of letters) {
    const read = readyOf(letter, now);
    if ('outcome' in read) results.push(read);
    else ready.get(topicOf(read.record.event.type))?.push(read);
  }
  for (const [topic, batch] of ready) {
    const projection = projections[topic];
    if (dryRun) results.push(...(await compare(database, projection, batch, { outcome: 'replayed' })));
    else {
      await preparePartitions(database, projection, batch, new Set());
      results.push(...(await storeAndMark(database, projection, batch)));
    }
  }
  return results.sort((a, b) => Number(BigInt(a.id) - BigInt(b.id)));
}

function readyOf(letter: Letter, now: Date): Ready | Replayed {
  const { id, topic, partition, offset, payload, replayed_at, dismissed_at } = letter;
  if (replayed_at !== null) return { id, outcome: 'already_replayed' };
  if (dismissed_at !== null) return { id, outcome: 'dismissed' };
  const parsed = recordOf(letter);
  if (!parsed.success) return { id, outcome: 'needs_fix', detail: wrongIn(parsed).join('; ') };
  if (letter.reason === 'refund_currency' && letter.fixedPayload === undefined)
    return { id, outcome: 'needs_fix', detail: 'currency: must be that of its order' };
  if (missingConsent(parsed.data) !== undefined) return { id, outcome: 'refused', detail: 'its sender denies it' };
  const record: EventRecord = asConsented(parsed.data);
  const isTooOld = Date.parse(record.stamp.received_at) < now.getTime() - REPLAYABLE_DAYS * DAY_MS;
  if (isTooOld && mayBeDropped(record.event.type))
    return { id, outcome: 'too_old', detail: `received more than ${REPLAYABLE_DAYS} days ago` };
  return { id, record, topic, partition, offset, payload };
}

function mayBeDropped(type: EventType): boolean {
  return (expiringTables as readonly string[]).includes(projections[topicOf(type)].table);
}

async function storeAndMark(
  database: Database,
  projection: AnyProjection,
  batch: readonly Ready[],
): Promise<Replayed[]> {
  if (batch.length === 0) return [];
  const ids = batch.map(({ id }) => id);
  try {
    const { statements } = projection.statements(batch);
    const rows = await database.transact([lockLetters(ids), ...statements, markReplayed(projection.table, batch)]);
    const marked = new Set(rows.at(-1)?.map(({ id }) => String(id)));
    const left = batch.filter(({ id }) => !marked.has(id));
    const done = [...marked].map((id): Replayed => ({ id, outcome: 'replayed' }));
    return [...done, ...(await compare(database, projection, left, NOT_STORED))];
  } catch (error) {
    if (!(error instanceof RowRefusedError) && !holdsErasedPeople(error)) throw error;
    const [only] = batch;
    if (batch.length === 1 && only !== undefined) return resolve(database, projection, only, error);
    const middle = Math.ceil(batch.length / 2);
    const before = await storeAndMark(database, projection, batch.slice(0, middle));
    return [...before, ...(await storeAndMark(database, projection, batch.slice(middle)))];
  }
}

/** What becomes of the one letter that the database does not take as it is: of an erased person's order, nobody's. */
async function resolve(
  database: Database,
  projection: AnyProjection,
  letter: Ready,
  error: unknown,
): Promise<Replayed[]> {
  const { id } = letter;
  if (error instanceof RowRefusedError)
    return [{ id, outcome: 'refused', detail: `${error.sqlState}: ${error.message}` }];
  const [kept] = await withoutErased(database, [letter]);
  return kept === undefined
    ? [{ id, outcome: 'erased' }]
    : storeAndMark(database, projection, [{ ...letter, ...kept }]);
}

/** What rows that stand say of letters: `otherwise` of those under whose key there is none. */
async function compare(
  database: Database,
  { table }: AnyProjection,
  batch: readonly Ready[],
  otherwise: Omit<Replayed, 'id'>,
): Promise<Replayed[]> {
  if (batch.length === 0) return [];
  const rows = await database.query(whatStands(table, batch));
  return rows.map((row) => {
    const id = String(row.id);
    if (row.replayed === true) return { id, outcome: 'already_replayed' };
    if (row.dismissed === true) return { id, outcome: 'dismissed' };
    if (row.stands === true) return { id, outcome: 'replayed' };
    return { id, ...(row.taken === true ? CONFLICT : otherwise) };
  });
}
