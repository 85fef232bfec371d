import { createPeopleApp, type PeopleOptions } from '../../../lambdas/people/app.ts';
import { callerByKey } from '../../../platform/http/caller.ts';
import { createKeyring, hashKey } from '../../../platform/http/keys.ts';
import type { Database, Statement } from '../../../repositories/database.ts';

const KEYS = { pk: 'pk_page', sk: 'sk_server', ak: 'ak_admin' } as const;

type Answer = {
  code?: string;
  detail?: string;
  finished_at?: string | null;
  removed?: Record<string, number>;
  parts?: Record<string, string>;
  records?: { part: string; record: Record<string, unknown> }[];
  next_cursor?: string | null;
};

/** The app that erases and exports on a database, with a key of each class; `logged` is all that it says. */
export function peopleApi(
  database: Pick<Database, 'query'>,
  { rateLimit = { perSecond: 1_000, burst: 1_000 } }: Pick<PeopleOptions, 'rateLimit'> = {},
) {
  const logged: unknown[] = [];
  const log = (message: string, fields: Record<string, unknown>) => void logged.push([message, fields]);
  const app = createPeopleApp({
    database,
    rateLimit,
    callerOf: callerByKey(
      createKeyring([
        { hash: hashKey(KEYS.pk), class: 'pk', source: 'web', origins: ['https://shop.example'] },
        { hash: hashKey(KEYS.sk), class: 'sk', source: 'server' },
        { hash: hashKey(KEYS.ak), class: 'ak', source: 'admin' },
      ]),
    ),
    log: { error: log, info: log },
  });
  const send = async (method: string, path: string, key?: keyof typeof KEYS, headers: Record<string, string> = {}) => {
    const response = await app.request(path, {
      method,
      headers: { ...(key === undefined ? {} : { 'x-api-key': KEYS[key] }), ...headers },
    });
    return { status: response.status, headers: response.headers, answer: (await response.json()) as Answer };
  };
  return { send, logged };
}

/** A database that is asked and knows nothing. */
export function askedDatabase(answer: (statement: Statement) => Promise<never[]> = async () => []) {
  const asked: Statement[] = [];
  const query = (statement: Statement) => {
    asked.push(statement);
    return answer(statement);
  };
  return { asked, query };
}
