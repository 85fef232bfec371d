import {
  countBlocks,
  listTouches,
  newestHour,
  type Page,
  pagesOf,
  type TouchRow,
  type TouchTable,
  toTouchRow,
} from '../../repositories/history.repository.ts';
import { databaseOn, type Session } from '../../repositories/neon-database.ts';
import { ADDED, BOUGHT, type History, type TouchKind, VIEWED } from './history.ts';
import { createHistoryBuilder, type HistoryBuilder } from './history-builder.ts';

export type ReadOptions = {
  readonly upto: Date;
  /** Touches of so many days before the newest are read. */
  readonly windowDays: number;
  readonly rowsPerPage: number;
  readonly signal?: AbortSignal | undefined;
  readonly onPage: (done: number, of: number) => void;
};

const DAY_MS = 86_400_000;

const kindOf: Record<TouchTable, TouchKind> = {
  raw_product_views: VIEWED,
  raw_cart_events: ADDED,
  raw_purchases: BOUGHT,
};

/**
 * Reads what people touched, page by page, each a short statement: the history takes 13 bytes a touch, and a page is never
 * more than some thousand rows. What arrives meanwhile is in it or not.
 */
export async function readHistory(session: Session, options: ReadOptions): Promise<History> {
  const database = databaseOn(session);
  const [counted] = await database.query(newestHour(options.upto));
  const newest = Math.min(options.upto.getTime(), counted === undefined ? Infinity : Number(counted.newest));
  const window = { after: new Date(newest - options.windowDays * DAY_MS), upto: options.upto };
  const pages = await planPages(session, options.rowsPerPage);
  const builder = createHistoryBuilder();
  for (const [index, { table, page }] of pages.entries()) {
    options.signal?.throwIfAborted();
    const rows = await database.query(listTouches(table, page, window));
    for (const row of rows) addTouch(builder, toTouchRow(row), kindOf[table]);
    options.onPage(index + 1, pages.length);
  }
  return builder.finish();
}

async function planPages(session: Session, rowsPerPage: number): Promise<{ table: TouchTable; page: Page }[]> {
  const database = databaseOn(session);
  const plan: { table: TouchTable; page: Page }[] = [];
  for (const table of Object.keys(kindOf) as TouchTable[]) {
    const blocks = (await database.query(countBlocks(table))).map((row) => Number(row.blocks));
    plan.push(...pagesOf(blocks, rowsPerPage).map((page) => ({ table, page })));
  }
  return plan;
}

function addTouch(builder: HistoryBuilder, { user_id, anonymous_id, product_id, at }: TouchRow, kind: TouchKind): void {
  const person = { id: user_id ?? anonymous_id ?? '', isAnonymous: user_id === null };
  builder.add({ person, productId: product_id, seconds: at, kind });
}
