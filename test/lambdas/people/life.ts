import type { TestDatabase } from '../../brackets/database.ts';

export const ADA = 'ada-of-the-test';
export const PHONE = 'phone-of-the-test';
const LAPTOP = 'laptop-of-the-test';
/** What tells of Ada: her ids, her visit, the page that she was on. */
export const IDS = [ADA, PHONE, LAPTOP, 'visit-of-the-test', 'shop.example/private'];
const context = { page_url: 'https://shop.example/private', user_agent: 'Mozilla' };
export const who = { user_id: ADA, anonymous_id: PHONE, session_id: 'visit-of-the-test', context };

export const tea = { product_id: 'tea', quantity: 2, unit_price: '4.5' };

/** Ada views on two devices, fills her cart, logs in, buys, and sends back. */
export const life = () => [
  { type: 'product_view', ...who, product_id: 'tea', name: 'Tea', category: 'drinks' },
  { type: 'product_view', anonymous_id: LAPTOP, session_id: 'visit-of-the-test', product_id: 'tea' },
  { type: 'add_to_cart', anonymous_id: PHONE, ...tea, currency: 'EUR' },
  { type: 'add_to_cart', ...who, product_id: 'mug', quantity: 1 },
  { type: 'identify', user_id: ADA, anonymous_id: LAPTOP },
  { type: 'purchase', ...who, order_id: 'order 1', currency: 'EUR', items: [tea], discount: '1' },
  { type: 'purchase', anonymous_id: LAPTOP, order_id: 'order 1', currency: 'EUR', items: [tea] },
  { type: 'refund', user_id: ADA, order_id: 'order 1', currency: 'EUR', amount: '3' },
  { type: 'refund', user_id: ADA, order_id: 'order 1', currency: 'USD', amount: '3' },
];

/** Expired events and what models and experiments say of her. */
export const keptElsewhere = [
  `insert into archive.links values ('${LAPTOP}', '${ADA}', '2020-01-01', gen_random_uuid(), 'shop')`,
  `insert into archive.sessions values ('shop', 'visit-of-the-test', null, '${PHONE}', '2020-01-01', '2020-01-01', 1, 0, 0)`,
  `insert into archive.cart_moves values ('${ADA}', null, '2020-01-01', 1, gen_random_uuid(), 'shop', 'tea', 1, null, null)`,
  `insert into user_embeddings values ('untrained', '${ADA}', false, '{1}'), ('untrained', 'bob', false, '{1}')`,
  `insert into experiment_exposures (experiment, variant, user_id, is_anonymous, exposed_at, model_version, products)
   values ('e', 'v', '${PHONE}', true, now(), 'untrained', '{tea}')`,
];

/** The shop's revenue. */
export const revenueOf = (database: TestDatabase) =>
  database.rows('select currency, orders, units, gross, refunded, net from live_revenue order by minute');
