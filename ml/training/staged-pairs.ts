import type { Row, Statement } from '../../repositories/database.ts';
import { databaseOn, type Session } from '../../repositories/neon-database.ts';
import {
  listStagedPairs,
  listStagedProducts,
  type StagedList,
  type StagedPart,
  toStagedList,
} from '../../repositories/staged-pairs.repository.ts';
import type { PairLists } from '../blend/pair-features.ts';
import { type PairKind, pairKinds } from '../blend/weights.ts';
import { createPairRows, type PairList } from '../pairs/pair-list.ts';

/** Two megabytes and more. */
const ROWS_PER_PAGE = 2000;

/** Products that have a list of some kind. Who stands in another one's list has one of the same kind, or of visits. */
export async function readStagedProducts(session: Session, modelVersion: string): Promise<Set<string>> {
  const ids = new Set<string>();
  for (const kind of ['cosine', 'als'])
    for await (const row of pages(session, (after) =>
      listStagedProducts(modelVersion, { kind, after, limit: ROWS_PER_PAGE }),
    ))
      ids.add(String(row.product_id));
  return ids;
}

/** What Spark left of a part, as if it had been trained here. @param productIds all that may occur, in the order of their numbers. */
export async function readStagedPairs(
  session: Session,
  { modelVersion, part }: { modelVersion: string; part: StagedPart },
  productIds: readonly string[],
): Promise<PairLists> {
  const numbers = new Map(productIds.map((id, number) => [id, number]));
  const lists: [PairKind, PairList][] = [];
  for (const kind of pairKinds) {
    const rows = new Array<NumberedList | undefined>(productIds.length);
    const page = (after: string) => listStagedPairs(modelVersion, { part, kind, after, limit: ROWS_PER_PAGE });
    for await (const row of pages(session, page)) {
      const list = toStagedList(row);
      rows[numbers.get(list.productId) as number] = numbered(list, numbers);
    }
    lists.push([kind, pairListOf(rows)]);
  }
  return Object.fromEntries(lists) as PairLists;
}

type NumberedList = { products: Uint32Array; values: Float64Array; count: number };

function numbered({ neighbors, strengths }: StagedList, numbers: ReadonlyMap<string, number>): NumberedList {
  const products = Uint32Array.from(neighbors, (id) => numbers.get(id) as number);
  return { products, values: Float64Array.from(strengths), count: products.length };
}

function pairListOf(rows: readonly (NumberedList | undefined)[]): PairList {
  const pairs = createPairRows(rows.length);
  const nothing = { products: new Uint32Array(), values: new Float64Array(), count: 0 };
  for (let product = 0; product < rows.length; product++) pairs.addRow(rows[product] ?? nothing);
  return pairs.finish();
}

async function* pages(session: Session, page: (after: string) => Statement): AsyncGenerator<Row> {
  for (let after = ''; ; ) {
    const rows = await databaseOn(session).query(page(after));
    yield* rows;
    if (rows.length < ROWS_PER_PAGE) return;
    after = String(rows.at(-1)?.product_id);
  }
}
