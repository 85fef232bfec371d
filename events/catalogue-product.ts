import * as z from 'zod';
import * as fields from './fields.ts';
import { checkStatedPrice } from './rules.ts';

/**
 * A product as the catalogue states it. An absent field leaves what is known; null takes back what the catalogue said, so
 * that events' attributes count again.
 */
export const catalogueProductSchema = z
  .strictObject({
    product_id: fields.id,
    name: fields.label.nullish(),
    category: fields.label.nullish(),
    brand: fields.label.nullish(),
    unit_price: fields.money.nullish(),
    currency: fields.currency.nullish(),
    available: z.boolean().optional(),
    hidden: z.boolean().optional(),
  })
  .check(checkStatedPrice);
export type CatalogueProduct = z.output<typeof catalogueProductSchema>;
