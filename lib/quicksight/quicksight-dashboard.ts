import { Stack } from 'aws-cdk-lib';
import { CfnDashboard, CfnDataSource } from 'aws-cdk-lib/aws-quicksight';
import { Construct } from 'constructs';
import { DASHBOARD_TITLE } from '../../dashboards/charts.ts';
import { type ViewName, views } from '../../dashboards/views.ts';
import type { QuickSightSettings, StageName } from '../../platform/stage-settings.ts';
import { ViewDataSet } from './data-set.ts';
import { dashboardDefinition } from './definition.ts';
import { dashboardView, permissionsFor } from './permissions.ts';

export type QuickSightDashboardProps = {
  stage: StageName;
  settings: QuickSightSettings;
  /** The secret of the role that reads the views. QuickSight reads it itself, once its administrator has let it. */
  secretArn: string;
};

/**
 * The dashboard in QuickSight: a data source with the BI role's secret, over TLS, a data set for each view, and one
 * sheet. No password is in the template, so that a new one needs no deploy.
 */
export class QuickSightDashboard extends Construct {
  constructor(scope: Construct, id: string, { stage, settings, secretArn }: QuickSightDashboardProps) {
    super(scope, id);
    const name = `bazaarstream-${stage}`;
    const awsAccountId = Stack.of(this).account;
    const { host, port, database, viewers, authors } = settings;
    const source = new CfnDataSource(this, 'Source', {
      awsAccountId,
      dataSourceId: name,
      name,
      type: 'POSTGRESQL',
      dataSourceParameters: { postgreSqlParameters: { host, port, database } },
      credentials: { secretArn },
      sslProperties: { disableSsl: false },
    });
    const dataSets = (Object.keys(views) as ViewName[]).map((view) => [
      view,
      new ViewDataSet(this, view, { name, view, dataSourceArn: source.attrArn, authors }).arn,
    ]);
    new CfnDashboard(this, 'Dashboard', {
      awsAccountId,
      dashboardId: name,
      name: `${DASHBOARD_TITLE} ${stage}`,
      definition: dashboardDefinition(Object.fromEntries(dataSets) as Record<ViewName, string>),
      validationStrategy: { mode: 'STRICT' },
      ...permissionsFor([...viewers, ...authors], dashboardView),
    });
  }
}
