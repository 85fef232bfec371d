import type { CfnDashboard } from 'aws-cdk-lib/aws-quicksight';
import type { ColumnOf, ViewName } from '../../dashboards/views.ts';

/** A column of a view; data sets are declared under the names of their views. */
const identify = (view: ViewName, column: string) => ({
  fieldId: `${view}.${column}`,
  column: { dataSetIdentifier: view, columnName: column },
});

export function category<View extends ViewName>(
  view: View,
  column: ColumnOf<View>,
): CfnDashboard.DimensionFieldProperty {
  return { categoricalDimensionField: identify(view, column) };
}

export function date<View extends ViewName>(
  view: View,
  column: ColumnOf<View>,
  dateGranularity: 'DAY' | 'HOUR' | 'MINUTE',
): CfnDashboard.DimensionFieldProperty {
  return { dateDimensionField: { ...identify(view, column), dateGranularity } };
}

export function measure<View extends ViewName>(
  view: View,
  column: ColumnOf<View>,
  simpleNumericalAggregation: 'SUM' | 'MIN' = 'SUM',
): CfnDashboard.MeasureFieldProperty {
  return { numericalMeasureField: { ...identify(view, column), aggregationFunction: { simpleNumericalAggregation } } };
}

export function count<View extends ViewName>(view: View, column: ColumnOf<View>): CfnDashboard.MeasureFieldProperty {
  return { categoricalMeasureField: { ...identify(view, column), aggregationFunction: 'COUNT' } };
}
