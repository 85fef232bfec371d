import type { EventType } from './event.ts';

const HOUR_MS = 3_600_000;

/**
 * The three streams. Twelve partitions let twelve consumers work side by side without ever repartitioning (which would
 * move keys and break the order of a visitor's events); seven days of retention outlast any outage of the database that
 * a team notices.
 */
export const topics = {
  product_views: { partitions: 12, retentionMs: 7 * 24 * HOUR_MS },
  cart_events: { partitions: 12, retentionMs: 7 * 24 * HOUR_MS },
  purchases: { partitions: 12, retentionMs: 7 * 24 * HOUR_MS },
} as const;

export type Topic = keyof typeof topics;
export const topicNames = Object.keys(topics) as Topic[];

const topicByType: Record<EventType, Topic> = {
  product_view: 'product_views',
  add_to_cart: 'cart_events',
  remove_from_cart: 'cart_events',
  clear_cart: 'cart_events',
  begin_checkout: 'cart_events',
  identify: 'cart_events',
  purchase: 'purchases',
  refund: 'purchases',
};

/** The topic on which events of this type travel. */
export function topicOf(type: EventType): Topic {
  return topicByType[type];
}

/** The record key: one visitor's events share a partition and so keep their order. Those of nobody have none to keep. */
export function recordKey(event: {
  user_id?: string | undefined;
  anonymous_id?: string | undefined;
  event_id: string;
}): string {
  return event.user_id ?? event.anonymous_id ?? event.event_id;
}
