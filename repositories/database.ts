/** One SQL statement with its parameters ($1, $2, …). Arrays are sent as Postgres arrays. */
export type Statement = { readonly text: string; readonly params: readonly unknown[] };

/** A row as the driver gives it: bigint and numeric as text, timestamptz as Date, json parsed. */
export type Row = Record<string, unknown>;

/**
 * The port to Postgres. Each call is one round trip and is bounded in time.
 *
 * Errors: `RowRefusedError` when the database refuses the content of a row, `DatabaseUnavailableError` for everything
 * else.
 */
export interface Database {
  /** Runs one statement and returns its rows. */
  query(statement: Statement): Promise<Row[]>;
  /** Runs the statements in one READ COMMITTED transaction, all or nothing, and returns the rows of each. */
  transact(statements: readonly Statement[]): Promise<Row[][]>;
}
