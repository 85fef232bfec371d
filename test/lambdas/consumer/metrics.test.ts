import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { createConsumer } from '../../../lambdas/consumer/create-consumer.ts';
import { productViews } from '../../../lambdas/process-view/projection.ts';
import type { RecordMetrics } from '../../../platform/metrics.ts';
import { createNeonDatabase } from '../../../repositories/neon-database.ts';
import { withDatabase } from '../../brackets/database.ts';
import { mskEvent, mskRecord } from '../../delivery/msk-event.ts';

const log = { info: () => undefined, warn: () => undefined };

/** A record of the topic at an offset. */
const view = (offset: number, value: string) => mskRecord('product_views', offset, value);

function aView(receivedSecondsAgo: number, fields: Record<string, unknown> = {}): string {
  const receivedAt = new Date(Date.now() - receivedSecondsAgo * 1000).toISOString();
  return JSON.stringify({
    ...{ type: 'product_view', event_id: randomUUID(), user_id: 'u', product_id: 'p', source: 'web' },
    ...{ occurred_at: receivedAt, received_at: receivedAt, ...fields },
  });
}

test('measures what became of a batch, and how old the newest of its rows is', async () => {
  await withDatabase(async (database) => {
    const measured: Parameters<RecordMetrics>[0][] = [];
    const consume = createConsumer({
      database: createNeonDatabase(database.writerUrl),
      log,
      metrics: (values) => void measured.push(values),
      projection: productViews,
    });
    const [early, late] = [aView(7_200), aView(3_600)];
    await consume(mskEvent([view(0, early), view(1, late), view(2, 'not json')]));
    const other = JSON.stringify({ ...JSON.parse(late), product_id: 'q' });
    await consume(mskEvent([view(3, early), view(4, other)]));
    await consume(mskEvent([view(5, 'not json')]));
    expect(measured).toMatchObject([
      { events_inserted: 2, events_duplicate: 0, events_conflicting: 0, events_dead_lettered: 1 },
      { events_inserted: 0, events_duplicate: 2, events_conflicting: 1, events_dead_lettered: 0 },
      { events_inserted: 0, events_dead_lettered: 1 },
    ]);
    const [first, , poison] = measured;
    expect(first?.newest_row_age).toBeGreaterThanOrEqual(3_600);
    expect(first?.newest_row_age).toBeLessThan(7_200);
    expect(poison).not.toHaveProperty('newest_row_age');
  });
});
