import pg from 'pg';
import type { Verdict } from '../../local/sender/post-events.ts';
import type { Step } from '../../local/shoppers/visit.ts';

const IDS_PER_INSERT = 20_000;

const STORED = `create temp table stored as select event_id from raw_product_views union all
  select event_id from raw_cart_events union all select event_id from raw_purchases`;
const COMPARED = `select
  (select count(*)::int from stored) as stored,
  (select count(*)::int from sent where accepted and event_id not in (select event_id from stored)) as missing,
  (select count(*)::int from stored where event_id not in (select event_id from sent)) as never_sent,
  (select count(*)::int from (select from stored group by event_id having count(*) > 1) t) as twice`;

export type Comparison = { stored: number; missing: number; never_sent: number; twice: number };

/** The sender's side: what it sent, and of that what the API accepted. */
export class Ledger {
  readonly accepted: string[] = [];
  /** Refused, or never answered: of these nothing is promised. */
  readonly others: string[] = [];

  /** Writes down what the API said; `undefined` when it did not answer. */
  note(events: readonly Step[], verdict: Verdict | undefined): void {
    const refused = new Set(verdict?.rejected.map(({ index }) => index));
    for (const [index, { event_id }] of events.entries()) {
      const isAccepted = verdict !== undefined && !refused.has(index);
      (isAccepted ? this.accepted : this.others).push(String(event_id));
    }
  }

  /** Holds the raw tables against it. */
  async compare(databaseUrl: string): Promise<Comparison | undefined> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    try {
      // Both sides are hashed, and not searched for each row.
      await client.query(`set work_mem = '256MB'; create temp table sent (event_id uuid, accepted boolean); ${STORED}`);
      for (const isAccepted of [true, false]) {
        const ids = isAccepted ? this.accepted : this.others;
        for (let start = 0; start < ids.length; start += IDS_PER_INSERT) {
          const some = ids.slice(start, start + IDS_PER_INSERT);
          await client.query('insert into sent select unnest($1::uuid[]), $2', [some, isAccepted]);
        }
      }
      return (await client.query<Comparison>(COMPARED)).rows[0];
    } finally {
      await client.end();
    }
  }
}
