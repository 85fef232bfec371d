import { batchScope } from '../../repositories/batch-scope.ts';
import { advanceCarts } from '../../repositories/carts.repository.ts';
import { refuseErased } from '../../repositories/erasure.repository.ts';
import { followLinks } from '../../repositories/identities.repository.ts';
import { lockOrders, lockPersons } from '../../repositories/locks.repository.ts';
import { settleOrders } from '../../repositories/orders.repository.ts';
import { insertNewPurchases } from '../../repositories/purchases.repository.ts';
import type { Projection } from '../consumer/projection.ts';

const types = ['purchase', 'refund'] as const;

/** Purchases and refunds are stored, and every order that they name is settled anew. */
export const purchases: Projection<(typeof types)[number]> = {
  topic: 'purchases',
  table: 'raw_purchases',
  types,
  statements(batch) {
    const records = batch.map(({ record }) => record);
    const scope = batchScope(records);
    const locks = [...lockOrders(scope), ...lockPersons(scope), refuseErased(records)];
    const links = scope.links ? followLinks(scope) : [];
    return {
      statements: [...locks, insertNewPurchases(batch), ...settleOrders(scope), ...links, advanceCarts(scope)],
      outcomeIndex: locks.length,
    };
  },
};
