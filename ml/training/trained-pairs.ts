import type { PairLists } from '../blend/pair-features.ts';
import type { ModelParameters } from './parameters.ts';

/** Pairs that were trained elsewhere, under a version that is not finished yet, and what was decided for them. */
export type TrainedPairs = {
  readonly modelVersion: string;
  /** Touches from this second on were held out. */
  readonly since: number;
  readonly parameters: ModelParameters;
  /** All products that may occur. */
  readonly productIds: ReadonlySet<string>;
  /** Pairs without what was held out. @param productIds in the order of their numbers. */
  past(productIds: readonly string[]): Promise<PairLists>;
  /** Pairs of everything. */
  everything(productIds: readonly string[]): Promise<PairLists>;
};
