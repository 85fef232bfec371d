import { isDeepStrictEqual } from 'node:util';
import { type EventRecord, parseRecord } from '../../../events/record.ts';
import { aggregates } from '../../../repositories/aggregates.ts';
import { audit } from '../../../repositories/audit.repository.ts';
import { createNeonDatabase, withSession } from '../../../repositories/neon-database.ts';
import { storedTables } from '../../oracle/stored-tables.ts';
import { tablesOf } from '../../oracle/tables.ts';
import type { Ledger } from '../load/ledger.ts';
import type { ShopDatabase } from '../shop/database.ts';

/** What the plain oracle computes within seconds; of more, audit alone speaks. */
export const MAX_ORACLE_EVENTS = 40_000;

export type Stored = { events: number; deadLetters: number };
export type Verification = { failures: string[]; stored: Stored };

type RawRow = { event_id: string; copies: number; received_at: Date };

const RAW_ROWS = `select event_id::text, count(*)::int as copies, min(received_at) as received_at from (
    select event_id, received_at from raw_product_views union all select event_id, received_at from raw_cart_events
    union all select event_id, received_at from raw_purchases
  ) e group by 1`;
const LETTERS = `select topic || '-' || partition || '-' || "offset" as place, count(*)::int as copies,
    (array_agg(substring(encode(payload, 'escape') from '"event_id":"([0-9a-f-]{36})"')))[1] as event_id
  from dead_letters group by 1`;

/** Holds the database against the ledger: nothing acknowledged is missing, nothing is there twice, every aggregate is right. */
export async function verify(database: ShopDatabase, ledger: Ledger): Promise<Verification> {
  const rows = (await database.rows(RAW_ROWS)) as RawRow[];
  const letters = await database.rows(LETTERS);
  const failures = [
    ...some(
      absent(
        ledger.acknowledged,
        new Set([...[...rows, ...letters].map(({ event_id }) => event_id), ...ledger.expired]),
      ),
      'acknowledged and not stored',
    ),
    ...some(rows.filter(({ event_id }) => !ledger.sent.has(event_id)).length, 'stored and never sent'),
    ...some(rows.filter(({ copies }) => copies > 1).length, 'stored more than once'),
    ...some(letters.filter(({ copies }) => Number(copies) > 1).length, 'dead letters more than once'),
    ...some(absent(ledger.poison, new Set(letters.map(({ place }) => place))), 'poison not set aside'),
    ...(await differences(database.url)),
    ...(await unlikeOracle(database.url, ledger, rows)),
  ];
  return { failures, stored: { events: rows.length, deadLetters: letters.length } };
}

const some = (count: number, what: string) => (count === 0 ? [] : [`${count} ${what}`]);

const absent = (wanted: ReadonlySet<string>, found: ReadonlySet<unknown>) =>
  [...wanted].filter((item) => !found.has(item)).length;

async function differences(url: string): Promise<string[]> {
  const counts = await withSession(url, (session) => audit(session, aggregates, () => undefined));
  return [...counts].flatMap(([table, count]) => some(count, `rows of ${table} differ in audit`));
}

/** The tables that the same events give in the plainest way, computed without SQL. */
async function unlikeOracle(url: string, ledger: Ledger, rows: readonly RawRow[]): Promise<string[]> {
  if (rows.length > MAX_ORACLE_EVENTS) return [];
  const received = new Map(rows.map(({ event_id, received_at }) => [event_id, received_at.toISOString()]));
  for (const id of ledger.expired) received.set(id, ledger.receivedAt.get(id) ?? '');
  const expected = tablesOf([...received].flatMap(([id, at]) => recordOf(ledger, id, at)));
  const actual = await storedTables(createNeonDatabase(url));
  const wrong = Object.keys(expected).filter((table) => !isDeepStrictEqual(expected[table], actual[table]));
  return wrong.map((table) => `${table} is not what the oracle gives`);
}

function recordOf(ledger: Ledger, id: string, received_at: string): EventRecord[] {
  const event = ledger.sent.get(id);
  if (event === undefined) return [];
  const sent_at = ledger.sentAt.get(id);
  const parsed = parseRecord({
    ...event,
    ...{ source: 'shop', trusted: true, received_at },
    ...(sent_at === undefined ? {} : { sent_at }),
  });
  if (!parsed.success) throw new Error(`the ledger holds what is no event: ${parsed.issues[0]?.message}`);
  return [parsed.data];
}
