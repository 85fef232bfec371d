import * as z from 'zod';
import { apiDocument } from '../../ingestion/openapi/document.ts';
import type { KeyClass } from '../../platform/http/keys.ts';

/** Where a key can stand in a request, by the name that the API document gives it. */
export const places = ['apiKey', 'bearer', 'basic', 'apiSecret'] as const;
export type Place = (typeof places)[number];

export type Operation = {
  name: string;
  method: string;
  /** With an id in place of each parameter. */
  path: string;
  /** Where this route takes a key; none on an open route. */
  places: readonly Place[];
  /** Whose requests succeed; nobody's key matters on an open route. */
  allowed: readonly KeyClass[] | 'anyone';
  body?: unknown;
  success: number;
};

const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(z.string(), z.object({ security: z.array(z.partialRecord(z.enum(places), z.array(z.string()))) })),
  ),
});

/** An id that no user has: a publishable key reads such a one. */
export const VISITOR = '11111111-2222-4333-8444-555555555555';
const view = { type: 'product_view', anonymous_id: VISITOR, product_id: 'matrix' };
const track = {
  type: 'track',
  event: 'Product Viewed',
  anonymousId: VISITOR,
  messageId: 'm',
  properties: { product_id: 'matrix' },
};
const items = [{ item_id: 'matrix' }];

type Rights = Pick<Operation, 'allowed' | 'body' | 'success'>;
/** Who may do what: the whole of it. */
const RIGHTS: Readonly<Record<string, Rights>> = {
  'POST /events': { allowed: ['pk', 'sk'], body: view, success: 202 },
  'POST /v1/batch': { allowed: ['pk', 'sk'], body: { batch: [track] }, success: 200 },
  'POST /mp/collect': {
    ...{ allowed: ['pk', 'sk'], success: 200 },
    body: { client_id: VISITOR, events: [{ name: 'view_item', params: { items } }] },
  },
  'GET /recommendations/{userId}': { allowed: ['pk', 'sk'], success: 200 },
  'GET /products/{productId}/similar': { allowed: ['pk', 'sk'], success: 200 },
  'GET /trending': { allowed: ['pk', 'sk'], success: 200 },
  'PUT /products': { allowed: ['sk'], body: { products: [{ product_id: 'matrix' }] }, success: 200 },
  'DELETE /users/{userId}': { allowed: ['ak'], success: 200 },
  'GET /users/{userId}/export': { allowed: ['ak'], success: 200 },
  'GET /health': { allowed: 'anyone', success: 200 },
  'GET /health/database': { allowed: 'anyone', success: 200 },
  'GET /openapi.json': { allowed: 'anyone', success: 200 },
};

/** Every operation of the API document. Throws for one whose rights nobody has written down, and for one that is gone. */
export function documentedOperations(): Operation[] {
  const { paths } = documentSchema.parse(JSON.parse(JSON.stringify(apiDocument())));
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { security }]) => {
      const name = `${method.toUpperCase()} ${path}`;
      const rights = RIGHTS[name];
      if (rights === undefined) throw new Error(`${name} is in the API document; say in RIGHTS who may do it`);
      const taken = security.flatMap((scheme) => Object.keys(scheme)) as Place[];
      return { name, method: method.toUpperCase(), path: path.replace(/\{\w+\}/, VISITOR), places: taken, ...rights };
    }),
  );
  const gone = Object.keys(RIGHTS).filter((name) => !operations.some((operation) => operation.name === name));
  if (gone.length > 0) throw new Error(`not in the API document: ${gone.join(', ')}`);
  return operations;
}

/** A request of this operation with a key in one place. */
export function requestOf(
  { method, path, body }: Pick<Operation, 'method' | 'path' | 'body'>,
  key?: { place: Place; key: string },
): { path: string; init: RequestInit & { headers: Record<string, string> } } {
  const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  if (key?.place === 'apiKey') headers['x-api-key'] = key.key;
  if (key?.place === 'bearer') headers.authorization = `Bearer ${key.key}`;
  if (key?.place === 'basic') headers.authorization = `Basic ${Buffer.from(`${key.key}:`).toString('base64')}`;
  const query = key?.place === 'apiSecret' ? `?api_secret=${encodeURIComponent(key.key)}` : '';
  const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  return { path: `${path}${query}`, init };
}
