import type { Database } from '../../repositories/database.ts';
import { forgetOldErasures, listPendingErasures } from '../../repositories/erasure.repository.ts';
import { finishErasure } from './erase-person.ts';

/**
 * Finishes erasures that were cut off, and those of anonymous ids whose link to an erased person was still in a topic; then
 * takes off the list whoever nothing can come back of.
 *
 * @param database the role `bazaar_maintainer`.
 * @returns how many erasures it finished.
 */
export async function finishErasures(database: Pick<Database, 'query'>): Promise<number> {
  const pending = await database.query(listPendingErasures);
  for (const { receipt } of pending) await finishErasure(database, { receipt: String(receipt) });
  await database.query(forgetOldErasures);
  return pending.length;
}
