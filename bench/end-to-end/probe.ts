import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import * as z from 'zod';
import type { KeepAliveClient } from '../http/keep-alive-client.ts';

export const STAGES = ['acknowledged', 'aggregate', 'bi_view', 'recommendation'] as const;
export type Stage = (typeof STAGES)[number];
/** Milliseconds from the moment that the events were posted. */
export type Times = Record<Stage, number[]>;

/** How often a probe looks at first: what it finds it finds up to so much later. An answer costs more than a row. */
const POLL_MS = { aggregate: 4, bi_view: 4, recommendation: 10 };
/** Later on it looks less often, by this share of the time that it has waited: many that wait must not be the load themselves. */
const POLL_SHARE = 0.04;
/** Longer than the backlog of a run takes. */
const GIVE_UP_MS = 120_000;

const answerSchema = z.object({ recommendations: z.array(z.object({ reason: z.string() })) });

export type Ports = { client: KeepAliveClient; owner: pg.Pool; bi: pg.Pool };

/**
 * Posts two views and an order, and looks for what becomes of them: the hourly counter of a product that nobody else views,
 * as it stands in the table; the revenue of a currency that nobody else pays in, as BI tools see it; and, where asked for,
 * recommendations of the visitor that are more than what is trending, which is all that a stranger gets.
 *
 * @param currency no other probe uses it at the same time.
 * @param knownProduct others view it too, so that there is something to recommend.
 */
export async function probe(
  ports: Ports,
  times: Times,
  { currency, knownProduct, asks }: { currency: string; knownProduct: string; asks: boolean },
): Promise<void> {
  const id = randomUUID();
  const ordersBefore = await ordersIn(ports, currency);
  const start = performance.now();
  const note = (stage: Stage) => () => void times[stage].push(performance.now() - start);
  const waits = [
    until(POLL_MS.aggregate, () => isCounted(ports, id)).then(note('aggregate')),
    until(POLL_MS.bi_view, async () => (await ordersIn(ports, currency)) > ordersBefore).then(note('bi_view')),
    ...(asks
      ? [until(POLL_MS.recommendation, () => isRecommendedTo(ports, `probe-${id}`)).then(note('recommendation'))]
      : []),
    post(ports, id, currency, knownProduct).then(note('acknowledged')),
  ];
  await Promise.all(waits);
}

async function post({ client }: Ports, id: string, currency: string, knownProduct: string): Promise<void> {
  const view = { type: 'product_view', user_id: `probe-${id}`, session_id: id };
  const items = [{ product_id: knownProduct, quantity: 1, unit_price: '1' }];
  const events = [
    { ...view, product_id: `probe-${id}` },
    { ...view, product_id: knownProduct },
    { type: 'purchase', user_id: `buyer-${id}`, order_id: id, currency, items },
  ];
  const { status, text } = await client.send('POST', '/events', JSON.stringify({ events }));
  if (status !== 202) throw new Error(`the API answered ${status}: ${text}`);
}

async function isCounted({ owner }: Ports, id: string): Promise<boolean> {
  const text = 'select from product_popularity where product_id = $1';
  return (await owner.query({ name: 'counted', text, values: [`probe-${id}`] })).rowCount === 1;
}

async function ordersIn({ bi }: Ports, currency: string): Promise<number> {
  const text = 'select coalesce(sum(orders), 0)::integer as orders from analytics.realtime_revenue where currency = $1';
  return (await bi.query({ name: 'orders', text, values: [currency] })).rows[0]?.orders;
}

async function isRecommendedTo({ client }: Ports, visitor: string): Promise<boolean> {
  const { status, text } = await client.send('GET', `/recommendations/${visitor}`);
  if (status !== 200) throw new Error(`the API answered ${status}: ${text}`);
  return answerSchema.parse(JSON.parse(text)).recommendations.some(({ reason }) => reason !== 'trending');
}

async function until(everyMs: number, isThere: () => Promise<boolean>): Promise<void> {
  const start = performance.now();
  while (!(await isThere())) {
    const waitedMs = performance.now() - start;
    if (waitedMs > GIVE_UP_MS) throw new Error(`not there within ${GIVE_UP_MS} ms`);
    await sleep(Math.max(everyMs, waitedMs * POLL_SHARE));
  }
}
