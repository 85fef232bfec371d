import { expect } from 'vitest';
import { aggregates } from '../../../repositories/aggregates.ts';
import { audit, type Difference } from '../../../repositories/audit.repository.ts';
import { withSession } from '../../../repositories/neon-database.ts';
import { rebuild } from '../../../repositories/rebuild.repository.ts';
import type { TestDatabase } from '../../brackets/database.ts';

/** Asserts that audit has nothing to say, and that a rebuild leaves every product as it is. */
export async function expectDerived(database: TestDatabase): Promise<void> {
  const products = () => database.rows('select * from products order by product_id');
  const found: Difference[] = [];
  await withSession(database.url, (session) => audit(session, aggregates, (_, difference) => found.push(difference)));
  expect(found).toEqual([]);
  const before = await products();
  await withSession(database.url, (session) => rebuild(session, aggregates));
  expect(await products()).toEqual(before);
}
