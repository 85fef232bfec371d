import { eventSchema } from '../../events/event.ts';

/** A view that every schema accepts. */
export function aView(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { type: 'product_view', user_id: 'u', product_id: 'p', ...fields };
}

/** A purchase of 10.00 that every schema accepts. */
export function aPurchase(fields: Record<string, unknown> = {}): Record<string, unknown> {
  const items = [{ product_id: 'p', quantity: 1, unit_price: 10 }];
  return { type: 'purchase', user_id: 'u', order_id: 'o', currency: 'EUR', items, ...fields };
}

/** A refund of a whole order that every schema accepts. */
export function aRefund(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { type: 'refund', user_id: 'u', order_id: 'o', currency: 'EUR', ...fields };
}

/** The fields that the schemas object to; none for an event that they accept. */
export function issuePaths(event: unknown): string[] {
  const issues = eventSchema.safeParse(event).error?.issues ?? [];
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => [...issue.path, key].join('.'))
      : [issue.path.join('.')],
  );
}
