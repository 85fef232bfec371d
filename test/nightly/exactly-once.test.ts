import { test } from 'vitest';
import { withDatabase } from '../brackets/database.ts';
import { expectExactlyOnce } from '../delivery/exactly-once.ts';

test('gives the same tables as a plain oracle, however events are ordered, batched, repeated and worked off', async () => {
  await withDatabase((database) => expectExactlyOnce(database, { numRuns: 1_500, events: 80 }));
}, 3_600_000);
