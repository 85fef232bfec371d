import { expect, test } from 'vitest';
import { withDatabase } from '../../brackets/database.ts';
import { expectErased } from '../../delivery/erasures.ts';

test('leaves what is left, whoever is erased among which events, and after the topics came again', async () => {
  await withDatabase((database) => expectErased(database, { numRuns: 3, events: 40, timeLimitMs: 100_000 }));
  expect.hasAssertions();
}, 120_000);
