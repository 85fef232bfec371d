import { realArray, smallintArray } from './binary-array.ts';
import type { Statement } from './database.ts';

/** Rows of `product_neighbors`; the pairs of product n stand from `starts[n]` up to `starts[n + 1]`. */
export type NeighborRows = {
  productIds: string[];
  starts: number[];
  neighbors: string[];
  whenLast: Float32Array;
  whenBefore: Float32Array;
  reasons: Uint8Array;
};

/** Numbers come as one array each, which is cut in rows there: an array of arrays cannot have rows of different lengths. */
export function insertNeighbors(modelVersion: string, rows: NeighborRows): Statement {
  const { productIds, starts, neighbors, whenLast, whenBefore, reasons } = rows;
  const literals = productIds.map((_, row) => textArrayLiteral(neighbors.slice(starts[row], starts[row + 1])));
  return {
    text: `insert into product_neighbors (model_version, product_id, neighbors, when_last, when_before, reasons)
      select $1, product_id, neighbors::text[], ($5::real[])[low:high], ($6::real[])[low:high], ($7::smallint[])[low:high]
      from unnest($2::text[], $3::text[], $4::integer[]) r (product_id, neighbors, high)
      cross join lateral (select high - cardinality(neighbors::text[]) + 1 as low) l`,
    params: [
      ...[modelVersion, productIds, literals, starts.slice(1)],
      ...[realArray(whenLast), realArray(whenBefore), smallintArray(reasons)],
    ],
  };
}

function textArrayLiteral(texts: string[]): string {
  return `{${texts.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

/** Vectors of `factors` numbers, one after the other; vector n is cut out there. */
const VECTOR = '($3::real[])[(nth - 1) * $4::integer + 1 : nth * $4::integer]';

/** Rows of `product_embeddings`. */
export function insertProductEmbeddings(
  modelVersion: string,
  productIds: string[],
  { vectors, factors }: { vectors: Float32Array; factors: number },
): Statement {
  return {
    text: `insert into product_embeddings (model_version, product_id, embedding)
      select $1, product_id, ${VECTOR} from unnest($2::text[]) with ordinality r (product_id, nth)`,
    params: [modelVersion, productIds, realArray(vectors), factors],
  };
}

/** Rows of `user_embeddings`. */
export function insertUserEmbeddings(
  modelVersion: string,
  people: readonly { id: string; isAnonymous: boolean }[],
  { vectors, factors }: { vectors: Float32Array; factors: number },
): Statement {
  return {
    text: `insert into user_embeddings (model_version, user_id, is_anonymous, embedding)
      select $1, user_id, is_anonymous, ${VECTOR}
      from unnest($2::text[], $5::boolean[]) with ordinality r (user_id, is_anonymous, nth)`,
    params: [
      ...[modelVersion, people.map(({ id }) => id), realArray(vectors), factors],
      people.map(({ isAnonymous }) => isAnonymous),
    ],
  };
}

/** Rows of `model_trending`, best first. */
export function insertTrending(
  modelVersion: string,
  products: readonly { productId: string; category: string | null }[],
): Statement {
  return {
    text: `insert into model_trending (model_version, rank, product_id, category)
      select $1, rank, product_id, category
      from unnest($2::text[], $3::text[]) with ordinality r (product_id, category, rank)`,
    params: [modelVersion, products.map(({ productId }) => productId), products.map(({ category }) => category)],
  };
}
