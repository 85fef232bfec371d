import { batchScope } from '../../repositories/batch-scope.ts';
import { insertNewCartEvents } from '../../repositories/cart-events.repository.ts';
import { advanceCarts } from '../../repositories/carts.repository.ts';
import { refuseErased } from '../../repositories/erasure.repository.ts';
import { followLinks } from '../../repositories/identities.repository.ts';
import { lockPersons } from '../../repositories/locks.repository.ts';
import type { Projection } from '../consumer/projection.ts';

const types = ['add_to_cart', 'remove_from_cart', 'clear_cart', 'begin_checkout', 'identify'] as const;

/** Cart events are counted, fold into carts, and link anonymous ids. */
export const cartEvents: Projection<(typeof types)[number]> = {
  topic: 'cart_events',
  table: 'raw_cart_events',
  types,
  statements(batch) {
    const records = batch.map(({ record }) => record);
    const scope = batchScope(records);
    const locks = [...lockPersons(scope), refuseErased(records)];
    const links = scope.links ? followLinks(scope) : [];
    return {
      statements: [...locks, insertNewCartEvents(records), ...links, advanceCarts(scope)],
      outcomeIndex: locks.length,
    };
  },
};
