import pg from 'pg';
import * as z from 'zod';
import { kafkaOf } from './topics-of-records.ts';

/**
 * The consumer that tutorials show: a message at a time, a transaction for each, the row and one aggregate.
 *
 *   tutorial-process.ts '{"brokers":[…],"databaseUrl":"…"}'
 */
const { brokers, databaseUrl } = z
  .object({ brokers: z.array(z.string()), databaseUrl: z.string() })
  .parse(JSON.parse(process.argv[2] ?? ''));

const INSERT = `insert into bare_product_views
    (source, event_id, occurred_at, event_at, received_at, user_id, anonymous_id, session_id, trusted, is_bot, digest,
      product_id, name, category, brand, unit_price, currency)
  values ($1, $2, $3, $3, $4, $5, $6, $7, $8, $9, $2, $10, $11, $12, $13, $14, $15) on conflict do nothing`;
const COUNT = `insert into bare_popularity (product_id, hour, views) values ($1, date_trunc('hour', $2::timestamptz), 1)
  on conflict (product_id, hour) do update set views = bare_popularity.views + 1`;
const COMMIT_EVERY = 100;

const client = new pg.Client({ connectionString: databaseUrl });
await client.connect();
const consumer = kafkaOf(brokers).consumer({ groupId: 'tutorial' });
await consumer.connect();
await consumer.subscribe({ topic: 'product_views', fromBeginning: true });
await consumer.run({
  autoCommitThreshold: COMMIT_EVERY,
  eachMessage: async ({ message }) => {
    const e = JSON.parse(message.value?.toString() ?? '');
    await client.query('begin');
    const values = [
      ...[
        e.source,
        e.event_id,
        e.occurred_at,
        e.received_at,
        e.user_id,
        e.anonymous_id,
        e.session_id,
        e.trusted,
        e.is_bot,
      ],
      ...[e.product_id, e.name, e.category, e.brand, e.unit_price, e.currency],
    ];
    const { rowCount } = await client.query(INSERT, values);
    if (rowCount === 1) await client.query(COUNT, [e.product_id, e.occurred_at]);
    await client.query('commit');
  },
});
process.on('SIGTERM', () => process.exit(0));
process.send?.('ready');
