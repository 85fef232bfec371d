import type * as fields from './event-fields.ts';
import type { BatchLimits } from './first-batch.ts';
import type { KeyValueStorage } from './key-value.ts';
import type { Recommendation, RecommendationQuery } from './recommendations.ts';

export type TrackerOptions = {
  /** Where the API is, such as https://events.shop.example. */
  url: string;
  /** `pk_…` in pages, `sk_…` on servers only. */
  key: string;
  /** `required`: nothing is stored or sent until `grantConsent()`. What was said last in this browser counts from then on. */
  consent?: 'granted' | 'required';
  /** Nothing is stored or sent where the browser asks not to be tracked (Do Not Track, Global Privacy Control). */
  respectDoNotTrack?: boolean;
  onVerdict?: (verdict: fields.EventVerdict) => void;
  fetch?: typeof fetch;
  /** Instead of IndexedDB and localStorage; a `Map`, or one that outlives the process. */
  storage?: KeyValueStorage;
  /** At most 50 events, 30,000 bytes and 1,000 ms when absent, and 1,000 events that wait. */
  batch?: Partial<BatchLimits>;
  /** Lets a publishable key send purchases and refunds; for shops whose settings allow that. They count as untrusted. */
  allowPurchases?: boolean;
};

export type Tracker = {
  /** Each gives the event's id at once; what became of the event goes to `onVerdict`. */
  viewProduct(view: fields.ProductViewFields): string;
  addToCart(line: fields.CartLineFields): string;
  removeFromCart(line: fields.CartLineFields): string;
  clearCart(cart?: fields.CartFields): string;
  beginCheckout(cart?: fields.CartFields): string;
  /** @throws Error under a publishable key: a server must send it, with `ids()` of the page. */
  purchase(order: fields.PurchaseFields): string;
  /** @throws Error under a publishable key. */
  refund(refund: fields.RefundFields): string;
  /** The visitor logged in. Whom somebody else was before gets new ids first. A server names the `anonymous_id` as well. */
  identify(userId: string, ids?: { anonymous_id: string }): string;
  /** The visitor logged out: a new anonymous id and session, and no user. */
  reset(): void;
  /** Resolves when what waits is sent or given up for now, within 20 s. Never rejects. */
  flush(): Promise<void>;
  /**
   * Under a publishable key those of this visitor: of the logged-in user with `userToken`, which the shop's server signs,
   * else of the anonymous id. Under a secret key those of `user_id`. None without consent.
   *
   * @throws Error when there is no answer, or not the one that was wanted.
   */
  recommendations(
    query?: RecommendationQuery & { user_id?: string; userToken?: string | undefined },
  ): Promise<Recommendation[]>;
  /** What a server must put on this visitor's purchase. @throws Error under a secret key, which has no visitor. */
  ids(): fields.Ids;
  grantConsent(): void;
  /** Forgets the visitor and what waits; nothing is stored or sent until `grantConsent()`. */
  withdrawConsent(): void;
  /** Flushes and stops. Under a secret key it tries again for as long as 20 s. */
  close(): Promise<void>;
};
