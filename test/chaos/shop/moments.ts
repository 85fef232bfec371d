import { rawTableOf, type SqlLayer, type SqlProxy } from './sql-proxy.ts';

/** Resolves when a batch has just been committed; its answer may be held back for ever, as by a machine that vanished. */
export function committed(sql: SqlProxy, { isAnswerHeld = false } = {}): Promise<void> {
  return once(sql, (happened) => async (request, next) => {
    const answer = await next(request);
    if (rawTableOf(request) === undefined || answer.status !== 200 || request.isGone()) return answer;
    return happened() && isAnswerHeld ? new Promise(() => undefined) : answer;
  });
}

/** Resolves when a batch has just been sent to the database; it may be lost on the way, with whoever sent it. */
export function sent(sql: SqlProxy, { isLost = false } = {}): Promise<void> {
  return once(sql, (happened) => (request, next) => {
    if (rawTableOf(request) === undefined) return next(request);
    return happened() && isLost ? new Promise(() => undefined) : next(request);
  });
}

/** A fault that ends with the first time it strikes: `happened` is true then, and false for requests beside it. */
function once(sql: SqlProxy, make: (happened: () => boolean) => SqlLayer): Promise<void> {
  return new Promise((resolve) => {
    let isOver = false;
    const layer = make(() => {
      if (isOver) return false;
      isOver = true;
      if (sql.fault === layer) sql.fault = undefined;
      setTimeout(resolve, 1);
      return true;
    });
    sql.fault = layer;
  });
}
