import { topicNames } from '../../events/topics.ts';
import type { Assumptions } from './assumptions.ts';
import { type CostLine, costLine, HOURS_PER_MONTH, MONTH, SECONDS_PER_DAY, SECONDS_PER_MONTH } from './cost-line.ts';
import { NEON_INCLUDED_BYTES, prices } from './prices.ts';
import { type Traffic, trainedEvents } from './traffic.ts';

/** Neon's computes come in quarters. */
const COMPUTE_STEP = 0.25;

/** The database, which Neon bills: compute, rows, history for restoring, and what leaves it beyond what is included. */
export function neonLines(traffic: Traffic, assumptions: Assumptions): CostLine[] {
  const a = assumptions;
  const sent =
    (traffic.batches * a.batchBytesFromNeon + traffic.recommendations * a.recommendationBytesFromNeon) *
      SECONDS_PER_MONTH +
    a.trainingRuns * trainedEvents(traffic, a) * a.trainingBytesFromNeon;
  const rawEvents = traffic.eventsOf.product_views + traffic.eventsOf.cart_events;
  return [
    costLine(
      'Neon',
      'compute',
      [
        [computeUnits(traffic, a), 'CU'],
        [HOURS_PER_MONTH, 'h'],
      ],
      prices.neonCompute,
    ),
    kept(
      'raw views and cart events',
      rawEvents,
      Math.min(a.retentionDays, a.openDays),
      a.rawRowBytes,
      prices.neonStorage,
    ),
    kept('purchases, sessions and persons', traffic.events, a.openDays, a.lastingBytesPerEvent, prices.neonStorage),
    kept('history for restoring', traffic.events, a.historyDays, a.historyBytesPerEvent, prices.neonHistory),
    costLine('Neon', 'data sent', [[Math.max(0, sent - NEON_INCLUDED_BYTES), 'B']], prices.neonTransfer),
  ];
}

function kept(
  item: string,
  events: number,
  days: number,
  bytes: number,
  price: (typeof prices)['neonStorage' | 'neonHistory'],
): CostLine {
  return costLine(
    'Neon',
    item,
    [
      [events, 'events/s'],
      [days * SECONDS_PER_DAY, 's'],
      [bytes, 'B'],
    ],
    price,
  );
}

/** What AWS takes for the way: between clients and brokers in other zones, and from the functions to Neon. */
export function trafficLines(traffic: Traffic, assumptions: Assumptions): CostLine[] {
  const a = assumptions;
  const toNeon =
    traffic.events * a.eventBytesToNeon +
    traffic.batches * a.batchBytesToNeon +
    traffic.recommendations * a.recommendationBytesToNeon;
  return [
    costLine(
      'traffic',
      'to and from brokers in other zones',
      [
        [traffic.events, 'events/s'],
        MONTH,
        [a.recordBytes, 'B'],
        [2, 'ways'],
        [a.shareBetweenZones, 'of it between zones'],
      ],
      prices.betweenZones,
    ),
    costLine('traffic', 'to Neon in the same region', [[toNeon, 'B/s'], MONTH], prices.toNeon),
  ];
}

/** Enough processors for what the statements need, in whole steps. */
function computeUnits(traffic: Traffic, assumptions: Assumptions): number {
  const a = assumptions;
  const batchMs = { product_views: a.viewBatchCpuMs, cart_events: a.cartBatchCpuMs, purchases: a.purchaseBatchCpuMs };
  const eventMs = { product_views: a.viewCpuMs, cart_events: a.cartCpuMs, purchases: a.purchaseCpuMs };
  const writing = topicNames.reduce(
    (sum, topic) => sum + traffic.batchesOf[topic] * batchMs[topic] + traffic.eventsOf[topic] * eventMs[topic],
    0,
  );
  const busy = (writing + traffic.recommendations * a.recommendationCpuMs) / 1000;
  return Math.max(a.minimumComputeUnits, Math.ceil(busy / a.computeUtilisation / COMPUTE_STEP) * COMPUTE_STEP);
}
