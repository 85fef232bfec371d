import { expect, test } from 'vitest';
import { withDatabase } from '../../brackets/database.ts';
import { expectRepaired } from './poisoned-batches.ts';

test('any poisoned batch, fixed and replayed twice, leaves the tables that good events would have', async () => {
  await withDatabase(async (database) => {
    expect(await expectRepaired(database, { numRuns: 5, events: 20 })).toBeGreaterThan(5);
  });
});
