import fc from 'fast-check';
import { expect } from 'vitest';
import { type EventRecord, encodeRecord, parseRecord } from '../../../events/record.ts';
import { type Topic, topicNames, topicOf } from '../../../events/topics.ts';
import type { Json } from '../../../lambdas/dead-letters/merge-patch.ts';
import type { TestDatabase } from '../../brackets/database.ts';
import { emptyTables } from '../../delivery/empty-tables.ts';
import { expectOracleTables } from '../../delivery/expect-oracle-tables.ts';
import { arbitraryRecords, RECEIVED_AT } from '../../oracle/arbitrary-events.ts';
import { lettersOf } from './letters.ts';

type Poison = {
  name: string;
  /** What reaches the topic in place of the record. */
  spoil: (record: EventRecord) => string;
  /** What a person then says. */
  patch: (record: EventRecord) => { patch?: Json; whole?: Json } | undefined;
  /** What it is once it is mended. */
  mended: (record: EventRecord) => EventRecord;
};

const asIs = (record: EventRecord) => record;
const fieldsOf = (record: EventRecord) => JSON.parse(encodeRecord(record)) as Record<string, Json>;
const respell = (fields: object) => (record: EventRecord) => JSON.stringify({ ...fieldsOf(record), ...fields });
/** Nobody can say any more from whom it came: it is nobody's whom the shop trusts. */
const stranger = (record: EventRecord): EventRecord => {
  const parsed = parseRecord({ ...record.event, received_at: RECEIVED_AT });
  if (!parsed.success) throw new Error(JSON.stringify(parsed.issues));
  return parsed.data;
};

const POISONS: Poison[] = [
  { name: 'none', spoil: encodeRecord, patch: () => undefined, mended: asIs },
  { name: 'field', spoil: respell({ colour: 'red' }), patch: () => ({ patch: { colour: null } }), mended: asIs },
  {
    name: 'time',
    spoil: respell({ occurred_at: 'yesterday' }),
    patch: ({ event }) => ({ patch: { occurred_at: event.occurred_at } }),
    mended: asIs,
  },
  {
    name: 'type',
    spoil: respell({ type: 'explosion' }),
    patch: ({ event }) => ({ patch: { type: event.type } }),
    mended: asIs,
  },
  {
    name: 'whole',
    spoil: () => 'not json',
    patch: ({ event }) => ({ whole: JSON.parse(JSON.stringify(event)) as Json }),
    mended: stranger,
  },
];

const poisonedUpTo = (events: number) =>
  arbitraryRecords(events).chain((records) =>
    fc.record({
      records: fc.constant(records),
      poisons: fc.tuple(...records.map(() => fc.constantFrom(...POISONS))),
      /** On a topic of others, which needs no fix. */
      strays: fc.tuple(...records.map(() => fc.constantFrom(...topicNames, undefined, undefined, undefined))),
    }),
  );

/**
 * Asserts that random batches, poisoned at random places, leave the oracle's tables of good events once every letter was fixed
 * and replayed, twice.
 *
 * @returns how many letters were fixed.
 */
export async function expectRepaired(
  database: TestDatabase,
  runs: { numRuns: number; events: number },
): Promise<number> {
  const letters = lettersOf(database);
  let fixes = 0;
  const property = fc.asyncProperty(poisonedUpTo(runs.events), async ({ records, poisons, strays }) => {
    await emptyTables(database);
    const values = new Map<Topic, string[]>();
    const changes = new Map<string, ReturnType<Poison['patch']>>();
    records.forEach((record, index) => {
      // Blanks make equal payloads distinct.
      const value = `${poisons[index]?.spoil(record)}${' '.repeat(index)}`;
      const topic = strays[index] ?? topicOf(record.event.type);
      values.set(topic, [...(values.get(topic) ?? []), value]);
      changes.set(value, poisons[index]?.patch(record));
    });
    for (const [topic, batch] of values) await letters.deliver(topic, batch);
    await database.rows('update dead_letters set created_at = $1', [RECEIVED_AT]);
    const waiting = (await letters.all()).filter(({ reason }) => reason !== 'refund_currency');
    for (const letter of waiting) {
      const change = changes.get(letter.payload.toString());
      if (change === undefined) continue;
      await letters.fix(letter, change);
      fixes += 1;
    }
    const now = new Date(RECEIVED_AT);
    const outcomes = (await letters.replay({ now })).filter(({ id }) => waiting.some((letter) => letter.id === id));
    expect(outcomes.filter(({ outcome }) => outcome !== 'replayed')).toEqual([]);
    await letters.replay({ now });
    await expectOracleTables(
      database,
      records.map((record, index) => (poisons[index]?.mended ?? asIs)(record)),
    );
  });
  await fc.assert(property, { numRuns: runs.numRuns });
  return fixes;
}
