import type { Database, Row, Statement } from '../../repositories/database.ts';

/** Where, in a statement that stores a batch, the raw rows are in and what follows from them begins. */
const CONSEQUENCES = ',\n  earliest as (';
const COUNTED = 'select count(*)::int as inserted, 0 as conflicts from inserted';

/**
 * A database that takes of each batch its raw rows alone, by the production's own statement, into tables without partitions; locks,
 * links and aggregates are left out.
 */
export function storingRowsAlone(database: Database): Database {
  return {
    async query({ text }): Promise<Row[]> {
      if (text.includes('ensure_partition')) return [];
      throw new Error(`rows alone are stored by no statement but a batch's, got: ${text}`);
    },
    async transact(statements): Promise<Row[][]> {
      return await Promise.all(
        statements.map(async (statement) => (stores(statement) ? database.query(bare(statement)) : [])),
      );
    },
  };
}

const stores = ({ text }: Statement) => text.includes('insert into raw_');

function bare({ text, params }: Statement): Statement {
  const end = text.indexOf(CONSEQUENCES);
  if (end < 0) throw new Error(`a batch's statement is to go on with links behind its rows, got: ${text}`);
  return { text: `${text.slice(0, end).replace('insert into raw_', 'insert into bare_')} ${COUNTED}`, params };
}
