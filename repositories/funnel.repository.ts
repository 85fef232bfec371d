import type { Statement } from './database.ts';

/** Forgets whose visits the funnel counted on days that it no longer shows. */
export const forgetOldFunnelDays: Statement = { text: 'select forget_old_funnel_days()', params: [] };
