import { clockSkewMs } from '../../events/record.ts';
import { batchScope } from '../../repositories/batch-scope.ts';
import { advanceCarts } from '../../repositories/carts.repository.ts';
import { refuseErased } from '../../repositories/erasure.repository.ts';
import { followLinks } from '../../repositories/identities.repository.ts';
import { lockPersonsShared } from '../../repositories/locks.repository.ts';
import { insertNewViews } from '../../repositories/product-views.repository.ts';
import type { EventOf, Incoming, Projection } from '../consumer/projection.ts';

/** Views only count; a view that links an anonymous id also moves what stood for it. */
export const productViews: Projection<'product_view'> = {
  topic: 'product_views',
  table: 'raw_product_views',
  types: ['product_view'],
  statements(batch) {
    const records = batch.map(({ record }) => record);
    const scope = batchScope(records);
    const locks = [...lockPersonsShared(scope, linkCandidates(batch)), refuseErased(records)];
    const consequences = scope.links ? [...followLinks(scope), advanceCarts(scope)] : [];
    return { statements: [...locks, insertNewViews(records), ...consequences], outcomeIndex: locks.length };
  },
};

function linkCandidates(batch: readonly Incoming<EventOf<'product_view'>>[]) {
  const linking = batch.flatMap(({ record: { stamp, event } }) =>
    event.user_id === undefined || event.anonymous_id === undefined
      ? []
      : [{ ...event, anonymous_id: event.anonymous_id, source: stamp.source, skew_ms: clockSkewMs(stamp) }],
  );
  return {
    anonymous_id: linking.map((event) => event.anonymous_id),
    source: linking.map((event) => event.source),
    event_id: linking.map((event) => event.event_id),
    occurred_at: linking.map((event) => event.occurred_at),
    skew_ms: linking.map((event) => event.skew_ms),
  };
}
