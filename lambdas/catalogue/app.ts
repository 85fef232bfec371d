import * as z from 'zod';
import { ofList } from '../../events/fields.ts';
import { MAX_BODY_BYTES, MAX_PRODUCTS_PER_REQUEST } from '../../events/limits.ts';
import { requireKey } from '../../platform/http/access.ts';
import { createHttpApp, type ErrorLog, type HttpApp, refuseOtherMethods } from '../../platform/http/app.ts';
import type { CallerOf } from '../../platform/http/caller.ts';
import { orDatabaseUnavailable } from '../../platform/http/database-problem.ts';
import { fieldProblem } from '../../platform/http/field-problem.ts';
import { readBoundedJson } from '../../platform/http/json-body.ts';
import { HttpProblem } from '../../platform/http/problem.ts';
import { storeCatalogue } from '../../repositories/catalogue.repository.ts';
import type { Database } from '../../repositories/database.ts';
import { acceptProducts } from './accept-products.ts';

export type CatalogueOptions = {
  /** With the rights of the role `bazaar_catalogue`. */
  database: Pick<Database, 'transact'>;
  callerOf: CallerOf;
  log: ErrorLog;
  now?: () => Date;
};

const BODY_RULES = { maxBytes: MAX_BODY_BYTES, contentTypes: ['application/json'] };

/** `PUT /products`: takes what the shop says of its products. 200 only for what is stored; the same request again changes nothing. */
export function createCatalogueApp({ database, callerOf, log, now = () => new Date() }: CatalogueOptions): HttpApp {
  const app = createHttpApp(log);
  app.put('/products', requireKey(callerOf, ['sk']), async (context) => {
    const receivedAt = now().toISOString();
    const values = productsIn(await readBoundedJson(context.req.raw, BODY_RULES));
    const { products, accepted, rejected } = acceptProducts(values);
    if (accepted === 0)
      throw new HttpProblem(400, 'no_product_accepted', 'no product was acceptable; see rejected', {
        members: { accepted, rejected },
      });
    const storing = database.transact(storeCatalogue(products, receivedAt));
    await orDatabaseUnavailable(storing, log, 'the database does not answer; nothing is accepted, send it again');
    return context.json({ accepted, rejected }, 200);
  });
  refuseOtherMethods(app, '/products', 'PUT');
  return app;
}

const bodySchema = z.strictObject({
  products: z.array(z.unknown()).min(1, ofList).max(MAX_PRODUCTS_PER_REQUEST, ofList),
});

function productsIn(body: unknown): unknown[] {
  const parsed = bodySchema.safeParse(body);
  if (parsed.success) return parsed.data.products;
  const { code, message, path } = fieldProblem(body, parsed.error.issues, 'the body');
  const wrong = code === 'invalid_field' ? `${path}: ${message}` : message;
  throw new HttpProblem(
    400,
    'invalid_request',
    `${wrong}${countIn(body)}; allowed: {"products": [1 to ${MAX_PRODUCTS_PER_REQUEST} products]}`,
  );
}

function countIn(body: unknown): string {
  const products = typeof body === 'object' && body !== null && 'products' in body ? body.products : undefined;
  return Array.isArray(products) ? `; got ${products.length} products` : '';
}
