import { expect, test } from 'vitest';
import { withDatabase } from '../brackets/database.ts';
import { expectRepaired } from '../lambdas/dead-letters/poisoned-batches.ts';

const MINUTES = 60_000;

test(
  'any poisoned batch, fixed and replayed twice, leaves the tables that good events would have, at length',
  async () => {
    await withDatabase(async (database) => {
      expect(await expectRepaired(database, { numRuns: 60, events: 40 })).toBeGreaterThan(300);
    });
  },
  15 * MINUTES,
);
