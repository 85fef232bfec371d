import { Stack } from 'aws-cdk-lib';
import { CfnDataSet } from 'aws-cdk-lib/aws-quicksight';
import { Construct } from 'constructs';
import { charts } from '../../dashboards/charts.ts';
import { type ColumnKind, type ViewName, views } from '../../dashboards/views.ts';
import { dataSetUse, permissionsFor } from './permissions.ts';

/** QuickSight knows no date without a time: a day is midnight of it. */
const columnTypes: Readonly<Record<ColumnKind, string>> = {
  text: 'STRING',
  integer: 'INTEGER',
  decimal: 'DECIMAL',
  boolean: 'BIT',
  time: 'DATETIME',
  day: 'DATETIME',
};

export type ViewDataSetProps = { name: string; view: ViewName; dataSourceArn: string; authors: readonly string[] };

/** One view, asked anew at each look: a copy in SPICE would be as old as its last refresh. */
export class ViewDataSet extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { name, view, dataSourceArn, authors }: ViewDataSetProps) {
    super(scope, id);
    const columns = Object.entries<ColumnKind>(views[view]);
    const dataSet = new CfnDataSet(this, 'Resource', {
      awsAccountId: Stack.of(this).account,
      dataSetId: `${name}-${view.replaceAll('_', '-')}`,
      name: charts[view].title,
      importMode: 'DIRECT_QUERY',
      physicalTableMap: {
        view: {
          relationalTable: {
            dataSourceArn,
            schema: 'analytics',
            name: view,
            inputColumns: columns.map(([column, kind]) => ({ name: column, type: columnTypes[kind] })),
          },
        },
      },
      ...permissionsFor(authors, dataSetUse),
    });
    this.arn = dataSet.attrArn;
  }
}
