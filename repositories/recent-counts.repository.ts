import type { Statement } from './database.ts';

/** Forget what the views of the last hours and days counted, and whom, once they no longer show it. */
export const forgetOldCounts: readonly Statement[] = [
  { text: 'select forget_old_funnel_days()', params: [] },
  { text: 'select forget_old_cart_counts()', params: [] },
];
