import type { Topic } from '../../../events/topics.ts';
import { type Changes, fixLetter } from '../../../lambdas/dead-letters/fix-letter.ts';
import { replayLetters } from '../../../lambdas/dead-letters/replay-letters.ts';
import {
  type Letter,
  letterIds,
  storeFix,
  toLetter,
  wholeLetters,
} from '../../../repositories/letter-repairs.repository.ts';
import { createNeonDatabase } from '../../../repositories/neon-database.ts';
import type { TestDatabase } from '../../brackets/database.ts';
import { consumersOn } from '../../delivery/deliver.ts';
import { mskEvent, mskRecord } from '../../delivery/msk-event.ts';

/** Letters of a test's database, through the role that repairs. */
export function lettersOf(database: TestDatabase) {
  const repairer = createNeonDatabase(database.repairerUrl);
  const all = async (): Promise<Letter[]> => {
    const ids = (await repairer.query(letterIds({ state: 'all' }, 10_000))).map(({ id }) => String(id));
    return (await repairer.query(wholeLetters(ids))).map(toLetter);
  };
  return {
    all,
    /** Delivers values to a topic's consumer. */
    async deliver(topic: Topic, values: readonly (string | Buffer | null)[]): Promise<void> {
      const event = mskEvent(values.map((value, offset) => mskRecord(topic, offset, value)));
      await consumersOn(createNeonDatabase(database.writerUrl))[topic](event);
    },
    async fix(letter: Letter, changes: Partial<Changes>): Promise<void> {
      await repairer.query(storeFix(letter.id, fixLetter(letter, { values: [], ...changes })));
    },
    async replay(options: { dryRun?: boolean; now?: Date } = {}) {
      return replayLetters(repairer, await all(), { dryRun: false, now: new Date(), ...options });
    },
  };
}
