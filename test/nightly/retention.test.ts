import { test } from 'vitest';
import { withDatabase } from '../brackets/database.ts';
import { expectNothingLost } from '../delivery/retention.ts';

test('dropping what has expired, at any time, leaves every table as if nothing had been dropped', async () => {
  await withDatabase((database) => expectNothingLost(database, { numRuns: 200, events: 200, timeLimitMs: 1_500_000 }));
}, 1_800_000);
