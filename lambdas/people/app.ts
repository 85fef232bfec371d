import { requireKey } from '../../platform/http/access.ts';
import { createHttpApp, type ErrorLog, type HttpApp, refuseOtherMethods } from '../../platform/http/app.ts';
import type { CallerOf } from '../../platform/http/caller.ts';
import { orDatabaseUnavailable } from '../../platform/http/database-problem.ts';
import { limitEach, PEOPLE_RATE_LIMIT, type RateLimit } from '../../platform/http/rate-limit.ts';
import type { Database } from '../../repositories/database.ts';
import { readPathId } from '../http/request-parameters.ts';
import { erasePerson } from './erase-person.ts';
import { exportParts } from './export-parts.ts';
import { exportPage } from './export-person.ts';
import { encodePlace, readExportParameters } from './parameters.ts';

export type PeopleOptions = {
  /** With the rights of the role `bazaar_people`. */
  database: Pick<Database, 'query'>;
  callerOf: CallerOf;
  log: ErrorLog & { info(message: string, fields: Record<string, unknown>): void };
  rateLimit?: RateLimit;
};

/** The time after which no further step begins: with the longest step it stays below the function's and the gateway's. */
const ERASING_MS = 14_000;
const USER_PATH = '/users/:userId';
const EXPORT_PATH = '/users/:userId/export';

/**
 * `DELETE /users/{userId}` and `GET /users/{userId}/export`: what a person may ask of the shop. Somebody else's id and an unknown
 * one are answered alike: with a receipt of zeros, with an export of nothing.
 */
export function createPeopleApp({ database, callerOf, log, rateLimit = PEOPLE_RATE_LIMIT }: PeopleOptions): HttpApp {
  const app = createHttpApp(log);
  // By key, wherever it is used: a stolen one takes its time.
  const limited = limitEach('key', rateLimit, (context) => context.get('caller').keyId);
  const guards = [requireKey(callerOf, ['ak']), limited] as const;
  app.delete(USER_PATH, ...guards, async (context) => {
    const userId = readPathId('userId', context.req.param('userId'));
    const erasing = erasePerson(database, { userId, untilMs: Date.now() + ERASING_MS });
    const receipt = await orDatabaseUnavailable(erasing, log, 'the database does not answer; nothing is erased yet');
    log.info('a person is erased', { receipt: receipt.receipt, finished_at: receipt.finished_at });
    return context.json(receipt, receipt.finished_at === null ? 202 : 200);
  });
  app.get(EXPORT_PATH, ...guards, async (context) => {
    const userId = readPathId('userId', context.req.param('userId'));
    const reading = exportPage(database, { userId, ...readExportParameters(context.req.raw) });
    const { records, next } = await orDatabaseUnavailable(reading, log, 'the database does not answer; try again');
    return context.json({ user_id: userId, parts: exportParts, records, next_cursor: encodePlace(next) });
  });
  refuseOtherMethods(app, USER_PATH, 'DELETE');
  refuseOtherMethods(app, EXPORT_PATH, 'GET');
  return app;
}
