import { batchScope } from '../../repositories/batch-scope.ts';
import { refoldStaleCarts } from '../../repositories/carts.repository.ts';
import { refuseErased } from '../../repositories/erasure.repository.ts';
import { followLinks } from '../../repositories/identities.repository.ts';
import { lockPersons } from '../../repositories/locks.repository.ts';
import { insertNewViews } from '../../repositories/product-views.repository.ts';
import type { Projection } from '../consumer/projection.ts';

/** Views only count; a view that links an anonymous id also moves what stood for it. */
export const productViews: Projection<'product_view'> = {
  topic: 'product_views',
  table: 'raw_product_views',
  types: ['product_view'],
  statements(batch) {
    const records = batch.map(({ record }) => record);
    const scope = batchScope(records);
    const locks = [...lockPersons(scope), refuseErased(records)];
    const consequences = scope.links ? [...followLinks(scope), refoldStaleCarts()] : [];
    return { statements: [...locks, insertNewViews(records), ...consequences], outcomeIndex: locks.length };
  },
};
