import type { CfnDashboard } from 'aws-cdk-lib/aws-quicksight';
import { charts, DASHBOARD_DESCRIPTION, DASHBOARD_TITLE } from '../../dashboards/charts.ts';
import type { ViewName } from '../../dashboards/views.ts';
import { placedVisuals, REVENUE } from './visuals.ts';

const SHEET = 'shop';
const CURRENCY = 'currency';

/** Which currencies the revenue shows: all, until somebody chooses. */
const currencyFilter: CfnDashboard.FilterGroupProperty = {
  filterGroupId: CURRENCY,
  crossDataset: 'SINGLE_DATASET',
  status: 'ENABLED',
  filters: [
    {
      categoryFilter: {
        filterId: CURRENCY,
        column: { dataSetIdentifier: 'realtime_revenue', columnName: 'currency' },
        configuration: {
          filterListConfiguration: { matchOperator: 'CONTAINS', selectAllOptions: 'FILTER_ALL_VALUES' },
        },
      },
    },
  ],
  scopeConfiguration: {
    selectedSheets: {
      sheetVisualScopingConfigurations: [{ sheetId: SHEET, scope: 'SELECTED_VISUALS', visualIds: [REVENUE] }],
    },
  },
};

/** One sheet with the five views. The data sets go by the names of their views. */
export function dashboardDefinition(
  dataSetArns: Readonly<Record<ViewName, string>>,
): CfnDashboard.DashboardVersionDefinitionProperty {
  return {
    dataSetIdentifierDeclarations: Object.entries(dataSetArns).map(([identifier, dataSetArn]) => ({
      identifier,
      dataSetArn,
    })),
    filterGroups: [currencyFilter],
    sheets: [
      {
        sheetId: SHEET,
        name: DASHBOARD_TITLE,
        description: DASHBOARD_DESCRIPTION,
        contentType: 'INTERACTIVE',
        visuals: placedVisuals.map(({ visual }) => visual),
        filterControls: [
          {
            dropdown: {
              filterControlId: CURRENCY,
              sourceFilterId: CURRENCY,
              title: `${charts.realtime_revenue.title}: currency`,
              type: 'MULTI_SELECT',
            },
          },
        ],
        layouts: [
          {
            configuration: {
              gridLayout: {
                elements: placedVisuals.map(({ id, place }) => ({ elementId: id, elementType: 'VISUAL', ...place })),
              },
            },
          },
        ],
      },
    ],
  };
}
