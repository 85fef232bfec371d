import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseUnavailableError } from '../../platform/errors.ts';
import type { Database, Row } from '../../repositories/database.ts';
import { advanceErasure, type Receipt, requestErasure, toReceipt } from '../../repositories/erasure.repository.ts';

/** Raw rows of one transaction: some hundred milliseconds, during which others wait for the counters of their products. */
const ROWS_AT_A_TIME = 5_000;
/** Another erasure, a batch that brings another id of the person: over within a moment. */
const ATTEMPTS = 5;
const PAUSE_MS = 100;

/**
 * Erases a person, known or not, by a user id or an anonymous id, with every id linked to it. What it did stays done when it
 * is cut off, or when the time is up before `finished_at` is set; the same call, or the daily maintenance, goes on.
 *
 * @param database the role `bazaar_people`, or the owner.
 * @param options.untilMs the time (ms since 1970) after which no further step begins.
 * @returns the receipt: rows by table, no id of anybody.
 * @throws DatabaseUnavailableError where not even the request could be taken.
 */
export async function erasePerson(
  database: Pick<Database, 'query'>,
  { userId, untilMs = Number.POSITIVE_INFINITY }: { userId: string; untilMs?: number },
): Promise<Receipt> {
  const [row] = await patiently(() => database.query(requestErasure(userId)), untilMs);
  return finishErasure(database, { receipt: String(row?.receipt), untilMs });
}

/** Goes on with an erasure that was requested. */
export async function finishErasure(
  database: Pick<Database, 'query'>,
  { receipt, untilMs = Number.POSITIVE_INFINITY }: { receipt: string; untilMs?: number },
): Promise<Receipt> {
  let known: Receipt = { receipt, requested_at: new Date().toISOString(), finished_at: null, removed: {} };
  while (known.finished_at === null && Date.now() < untilMs) {
    try {
      const [row] = await patiently(() => database.query(advanceErasure(receipt, ROWS_AT_A_TIME)), untilMs);
      if (row === undefined) return known;
      known = toReceipt(row);
    } catch (error) {
      // It was requested, which is not lost; the receipt says that it is not done.
      if (error instanceof DatabaseUnavailableError && untilMs < Number.POSITIVE_INFINITY) return known;
      throw error;
    }
  }
  return known;
}

async function patiently(work: () => Promise<Row[]>, untilMs: number): Promise<Row[]> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const isLast = attempt >= ATTEMPTS || Date.now() >= untilMs;
      if (isLast || !(error instanceof DatabaseUnavailableError)) throw error;
      await sleep(PAUSE_MS * attempt * (0.5 + Math.random()));
    }
  }
}
