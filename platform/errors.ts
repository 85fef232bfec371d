/** Every way in which our own code fails on purpose. A closed list: alarms and runbooks name these. */
export type ErrorCode =
  | 'config_invalid'
  | 'database_unavailable'
  | 'database_refused'
  | 'log_unavailable'
  | 'secret_unavailable'
  | 'consumer_failed'
  | 'engine_failed'
  | 'training_failed'
  | 'usage';

/** Base of our errors. Messages are lower-case and say what was wrong, what was got and what is allowed. */
export class BazaarError extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The log did not acknowledge: nothing of the batch may be called accepted. */
export class LogUnavailableError extends BazaarError {
  constructor(message: string, options?: ErrorOptions) {
    super('log_unavailable', message, options);
  }
}

/** The database could not be asked, or failed for a reason that lies outside the rows: the same batch may succeed later. */
export class DatabaseUnavailableError extends BazaarError {
  readonly sqlState: string | undefined;
  constructor(message: string, sqlState: string | undefined, options?: ErrorOptions) {
    super('database_unavailable', message, options);
    this.sqlState = sqlState;
  }
}

/** The database refused the content of a row (SQLSTATE 22, 23 except 23505, 54000): no retry can succeed. */
export class RowRefusedError extends BazaarError {
  readonly sqlState: string;
  constructor(message: string, sqlState: string, options?: ErrorOptions) {
    super('database_refused', message, options);
    this.sqlState = sqlState;
  }
}

/** The message of anything that was thrown; WebSockets throw events that carry the error. */
export function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  if ('error' in error && error.error instanceof Error) return messageOf(error.error);
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return 'message' in error ? String(error.message) : String(error);
}
