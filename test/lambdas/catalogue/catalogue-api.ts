import { createCatalogueApp } from '../../../lambdas/catalogue/app.ts';
import { callerByKey } from '../../../platform/http/caller.ts';
import { createKeyring, hashKey } from '../../../platform/http/keys.ts';
import type { Database, Statement } from '../../../repositories/database.ts';
import { createNeonDatabase } from '../../../repositories/neon-database.ts';
import type { TestDatabase } from '../../brackets/database.ts';

const KEYS = { pk: 'pk_page', sk: 'sk_server', ak: 'ak_admin' } as const;
type Body = string | Uint8Array<ArrayBuffer>;

export type Answer = {
  status: number;
  headers: Headers;
  answer: { accepted?: number; rejected?: Record<string, unknown>[]; code?: string; detail?: string };
};

/** The catalogue's app on a database, with a key of each class; `faults` is what it blames itself for. */
export function catalogueApi(database: Pick<Database, 'transact'>, now?: () => Date) {
  const faults: unknown[] = [];
  const app = createCatalogueApp({
    database,
    callerOf: callerByKey(
      createKeyring([
        { hash: hashKey(KEYS.pk), class: 'pk', source: 'web', origins: ['https://shop.example'] },
        { hash: hashKey(KEYS.sk), class: 'sk', source: 'server' },
        { hash: hashKey(KEYS.ak), class: 'ak', source: 'admin' },
      ]),
    ),
    log: { error: (_, fields) => void faults.push(fields) },
    ...(now === undefined ? {} : { now }),
  });
  const send = async (
    body: Body,
    headers: Record<string, string> = {},
    key: keyof typeof KEYS | undefined = 'sk',
  ): Promise<Answer> => {
    const all = { 'content-type': 'application/json', 'x-api-key': KEYS[key], ...headers };
    const response = await app.request('/products', { method: 'PUT', body, headers: all });
    return { status: response.status, headers: response.headers, answer: (await response.json()) as Answer['answer'] };
  };
  const put = (...products: unknown[]) => send(JSON.stringify({ products }));
  return { app, faults, send, put };
}

/** The same, with the rights that the function has. */
export const catalogueOn = (database: TestDatabase, now?: () => Date) =>
  catalogueApi(createNeonDatabase(database.catalogueUrl), now);

/** A database that keeps what it is asked, and stores nothing. */
export function recordingDatabase() {
  const transactions: (readonly Statement[])[] = [];
  return {
    transactions,
    transact: async (statements: readonly Statement[]) => {
      transactions.push(statements);
      return [];
    },
  };
}
