import { arraysOf, type Columns, names, unnest } from './columns.ts';
import type { Statement } from './database.ts';

/** A list that a person would have been shown. */
export type ExposureRow = {
  experiment: string;
  variant: string;
  user_id: string;
  is_anonymous: boolean;
  exposed_at: string;
  model_version: string;
  /** JSON array: arrays of arrays must be equally long in Postgres. */
  products: string;
  clicked_product_id: string | null;
  position: number | null;
  converted: boolean;
};

const exposureColumns: Columns<ExposureRow> = {
  experiment: 'text',
  variant: 'text',
  user_id: 'text',
  is_anonymous: 'boolean',
  exposed_at: 'timestamptz',
  model_version: 'text',
  products: 'jsonb',
  clicked_product_id: 'text',
  position: 'integer',
  converted: 'boolean',
};

/** Adds exposures. */
export function insertExposures(rows: readonly ExposureRow[]): Statement {
  const { products: _products, ...others } = exposureColumns;
  return {
    text: `insert into experiment_exposures (${names(others)}, products)
      select ${names(others)}, array(select jsonb_array_elements_text(e.products)) from ${unnest(exposureColumns, 'e')}`,
    params: arraysOf(exposureColumns, rows),
  };
}

/** Removes what an earlier run of the same experiment stored. */
export function deleteExperiment(experiment: string): Statement {
  return { text: 'delete from experiment_exposures where experiment = $1', params: [experiment] };
}

/** What each variant came to, as BI tools read it. */
export type VariantResult = {
  variant: string;
  people: number;
  exposures: number;
  clicks: number;
  click_through_rate: number;
  conversions: number;
};

/** The rows of `VariantResult` for an experiment. */
export function listVariantResults(experiment: string): Statement {
  return {
    text: `select variant, people::integer, exposures::integer, clicks::integer, click_through_rate::float8, conversions::integer
      from analytics.experiment_results where experiment = $1 order by variant`,
    params: [experiment],
  };
}
