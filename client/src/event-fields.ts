/** What the tracker's methods take. Names, units and bounds are those of `POST /events`, which says of each event what is wrong. */

/** Who does it. A page need not say; a server says it of every event: at least one of `user_id` and `anonymous_id`. */
export type Ids = { anonymous_id: string; session_id: string; user_id?: string };

type Who = {
  anonymous_id?: string | undefined;
  session_id?: string | undefined;
  user_id?: string | undefined;
  /** What the visitor allows, kept with the event; what is not said is allowed. */
  consent?: { storage?: boolean | undefined; personalisation?: boolean | undefined } | undefined;
};

/** An amount in the currency's main unit: a number, or a decimal string such as "12.50". */
export type Money = number | string;

type Price = {
  unit_price?: Money | undefined;
  /** ISO 4217, such as EUR; needed beside `unit_price`. */
  currency?: string | undefined;
};

export type ProductViewFields = Who &
  Price & {
    product_id: string;
    name?: string | undefined;
    category?: string | undefined;
    brand?: string | undefined;
  };

/** `quantity` is a whole number, 1 when absent. */
export type CartLineFields = Who &
  Price & { product_id: string; quantity?: number | undefined; cart_id?: string | undefined };

export type CartFields = Who & { cart_id?: string | undefined };

export type PurchaseFields = Who & {
  order_id: string;
  currency: string;
  items: readonly { product_id: string; quantity: number; unit_price: Money }[];
  discount?: Money | undefined;
  tax?: Money | undefined;
  shipping?: Money | undefined;
};

/** `items` or `amount`; neither means the whole order. */
export type RefundFields = Who & {
  order_id: string;
  currency: string;
  items?: readonly { product_id: string; quantity: number; unit_price?: Money | undefined }[] | undefined;
  amount?: Money | undefined;
};

/** What became of an event. `dropped` was decided here and is final; `code` and `message` say why. */
export type EventVerdict = { event_id: string } & (
  | { status: 'accepted' }
  | { status: 'rejected'; code: string; message: string; path: string }
  | { status: 'dropped'; code: DropCode; message: string }
);
export type DropCode = 'no_consent' | 'queue_full' | 'too_large' | 'not_json' | 'closed';
