import type { Delivery } from './delivery.ts';
import type { Moment } from './event-id.ts';
import { fetchRecommendations } from './recommendations.ts';
import type { RecordEvent } from './record-event.ts';
import type { Server } from './server.ts';
import type { Tracker } from './tracker-interface.ts';
import type { Visitor } from './visitor.ts';

export function cartMethods(record: RecordEvent) {
  return {
    viewProduct: (view) => record('product_view', view),
    addToCart: (line) => record('add_to_cart', { quantity: 1, ...line }),
    removeFromCart: (line) => record('remove_from_cart', { quantity: 1, ...line }),
    clearCart: (cart = {}) => record('clear_cart', cart),
    beginCheckout: (cart = {}) => record('begin_checkout', cart),
  } satisfies Partial<Tracker>;
}

/** What money hangs on: a page may not say it, because anybody can say anything there. */
export function orderMethods(record: RecordEvent, isAllowed: boolean) {
  const recordOrder = (type: string, order: object) => {
    if (isAllowed) return record(type, order);
    throw new Error(`a ${type} needs a secret key: your server must send it, with the ids() of this tracker`);
  };
  return {
    purchase: (order) => recordOrder('purchase', order),
    refund: (refund) => recordOrder('refund', refund),
  } satisfies Partial<Tracker>;
}

type Parts = { record: RecordEvent; server: Server; visitor: Visitor; nextMoment: () => Moment };

/** Of a page: one visitor, who may log in and out. */
export function visitorMethods({ record, server, visitor, nextMoment }: Parts) {
  return {
    identify(userId) {
      const known = visitor.identifiedBy(userId);
      if (known !== undefined) return known;
      const moment = nextMoment();
      // What is no user id is refused by the server, which says so; it must not become the visitor's.
      if (typeof userId === 'string' && userId !== '') visitor.identify(userId, moment.event_id);
      return record('identify', { user_id: userId }, moment);
    },
    reset: visitor.reset,
    ids: visitor.ids,
    async recommendations({ userToken, user_id: _, ...query } = {}) {
      if (!visitor.mayTrack()) return [];
      const { anonymous_id, user_id } = visitor.ids();
      const person = userToken === undefined ? anonymous_id : user_id;
      if (person === undefined) throw new Error('userToken needs identify() first');
      return fetchRecommendations(server, person, query, userToken);
    },
  } satisfies Partial<Tracker>;
}

export function consentMethods(visitor: Visitor, delivery: Delivery) {
  return {
    grantConsent: () => void visitor.setConsent(true),
    withdrawConsent() {
      if (visitor.setConsent(false)) void delivery.forget();
    },
  } satisfies Partial<Tracker>;
}
