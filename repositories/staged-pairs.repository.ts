import type { Row, Statement } from './database.ts';

/** Pairs without the days held out, on which weights are learnt, and pairs of everything, which are published. */
export type StagedPart = 'held_out' | 'whole';

/** One list of neighbours, strongest first. */
export type StagedList = { productId: string; neighbors: string[]; strengths: number[] };

/** Lists of one kind, a page in the order of ids. @param after the last id of the page before, at first ''. */
export function listStagedPairs(
  modelVersion: string,
  { part, kind, after, limit }: { part: StagedPart; kind: string; after: string; limit: number },
): Statement {
  return {
    text: `select product_id, neighbors, strengths from staged_pairs
      where model_version = $1 and part = $2 and kind = $3 and product_id > $4 order by product_id limit $5::integer`,
    params: [modelVersion, part, kind, after, limit],
  };
}

/** Rows of `listStagedPairs`. */
export function toStagedList({ product_id, neighbors, strengths }: Row): StagedList {
  return { productId: String(product_id), neighbors: neighbors as string[], strengths: strengths as number[] };
}

/** Ids of the products that have lists of a kind, a page in their order. @param after as above. */
export function listStagedProducts(
  modelVersion: string,
  { kind, after, limit }: { kind: string; after: string; limit: number },
): Statement {
  return {
    text: `select product_id from staged_pairs
      where model_version = $1 and part = 'whole' and kind = $2 and product_id > $3 order by product_id limit $4::integer`,
    params: [modelVersion, kind, after, limit],
  };
}

/** Of runs that are over nobody needs them; they are no part of the model. */
export function deleteStagedPairs(): Statement {
  return {
    text: `delete from staged_pairs
      where model_version in (select model_version from model_runs where status <> 'training')`,
    params: [],
  };
}
