import { type CatalogueProduct, catalogueProductSchema } from '../../events/catalogue-product.ts';
import { id } from '../../events/fields.ts';
import { type FieldProblem, fieldProblem } from '../../platform/http/field-problem.ts';

/** What became of one product of a request: where it stood, why it was refused, and which field to mend. */
export type ProductVerdict = { index: number; product_id: string | null } & FieldProblem;

export type AcceptedProducts = {
  /** Each product once: what is said of it twice is taken as if sent one after the other. */
  products: CatalogueProduct[];
  /** How many values were accepted; more than there are products where one was named twice. */
  accepted: number;
  rejected: ProductVerdict[];
};

/** Holds each value against the schema. */
export function acceptProducts(values: readonly unknown[]): AcceptedProducts {
  const products = new Map<string, CatalogueProduct>();
  const rejected: ProductVerdict[] = [];
  for (const [index, value] of values.entries()) {
    const { success, data, error } = catalogueProductSchema.safeParse(value);
    if (success) products.set(data.product_id, { ...products.get(data.product_id), ...data });
    else rejected.push({ index, product_id: productIdOf(value), ...fieldProblem(value, error.issues, 'a product') });
  }
  return { products: [...products.values()], accepted: values.length - rejected.length, rejected };
}

/** The id that the client gave, where it is one. */
function productIdOf(value: unknown): string | null {
  return typeof value === 'object' && value !== null && 'product_id' in value
    ? (id.safeParse(value.product_id).data ?? null)
    : null;
}
