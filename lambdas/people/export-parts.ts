/** What is held on a person, by table, and what it is held for: said to the person who asks. */
export const exportParts = {
  identities: 'Ids of browsers and devices that were linked to you, when, and by which event.',
  raw_product_views: 'Each product that you viewed, as it was reported. Kept for the retention time of the shop.',
  raw_cart_events:
    'Each change of your cart, checkout begun and log-in, as it was reported. Kept for the retention time.',
  raw_purchases: 'Each purchase and refund, as it was reported. Kept for bookkeeping.',
  orders: 'Each order, as it is counted: what was bought, paid and refunded.',
  user_purchase_history: 'The lines of your orders; recommendations leave out what you have bought.',
  user_cart_summary: 'What is in your cart now.',
  user_sessions: 'Your visits: when they began and ended, and how much was viewed, added and bought.',
  funnel_people: 'On which of the last days you viewed, added to a cart, began a checkout and bought.',
  funnel_orders: 'On which of the last days an order that the shop reported without a visit counts.',
  experiment_exposures:
    'Lists of products that you would have been shown in a replayed experiment, and what came of it.',
  user_embeddings: 'Numbers by which a trained model places your taste beside that of others.',
  'archive.links': 'What is kept of expired events: ids that were linked to you.',
  'archive.sessions': 'What is kept of expired events: your visits.',
  'archive.cart_moves': 'What is kept of expired events: changes of your cart that still count.',
  dead_letters: 'Records of yours that could not be stored, as they came.',
} as const;

export type ExportPart = keyof typeof exportParts;
export const exportPartNames = Object.keys(exportParts) as ExportPart[];
