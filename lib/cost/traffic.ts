import { type Topic, topicNames, topics } from '../../events/topics.ts';
import type { Assumptions } from './assumptions.ts';
import { SECONDS_PER_DAY } from './cost-line.ts';

/** How often each part of the deployment is used, each second, at a steady rate of events. */
export type Traffic = {
  readonly events: number;
  readonly eventsOf: Readonly<Record<Topic, number>>;
  readonly posts: number;
  readonly recommendations: number;
  /** Requests to the API: posts and recommendations. */
  readonly requests: number;
  readonly batchesOf: Readonly<Record<Topic, number>>;
  /** Invocations of the three consumers. */
  readonly batches: number;
};

/** @param eventsPerSecond events that senders post, over all types; 0 for a shop that nobody visits. */
export function trafficOf(eventsPerSecond: number, assumptions: Assumptions): Traffic {
  const eventsOf = {
    product_views: eventsPerSecond * assumptions.viewShare,
    cart_events: eventsPerSecond * assumptions.cartShare,
    purchases: eventsPerSecond * assumptions.purchaseShare,
  };
  const batchesOf = {
    product_views: batchesPerSecond('product_views', eventsOf.product_views, assumptions),
    cart_events: batchesPerSecond('cart_events', eventsOf.cart_events, assumptions),
    purchases: batchesPerSecond('purchases', eventsOf.purchases, assumptions),
  };
  const posts = eventsPerSecond / assumptions.eventsPerRequest;
  const recommendations = eventsOf.product_views / assumptions.viewsPerRecommendation;
  return {
    events: eventsPerSecond,
    eventsOf,
    posts,
    recommendations,
    requests: posts + recommendations,
    batchesOf,
    batches: topicNames.reduce((sum, topic) => sum + batchesOf[topic], 0),
  };
}

/** Events that one training reads. */
export function trainedEvents({ events }: Traffic, { trainingDays, trainingMaxEvents, openDays }: Assumptions): number {
  return Math.min(events * Math.min(trainingDays, openDays) * SECONDS_PER_DAY, trainingMaxEvents);
}

/**
 * A batch for each event as long as events are rarer than windows, then one for each window of each poller, then as many
 * as it takes. Without a window it is the partitions that limit: each has one batch under way.
 */
function batchesPerSecond(topic: Topic, events: number, assumptions: Assumptions): number {
  const { batchingWindowSeconds, pollersPerTopic, batchMs, eventsPerBatch } = assumptions;
  const most =
    batchingWindowSeconds > 0 ? pollersPerTopic / batchingWindowSeconds : topics[topic].partitions / (batchMs / 1000);
  return Math.max(Math.min(events, most), events / eventsPerBatch);
}
