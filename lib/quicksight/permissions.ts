/** What people may do with each kind of asset: look and use. To change them is for the deploy alone. */
export const dashboardView = [
  'quicksight:DescribeDashboard',
  'quicksight:ListDashboardVersions',
  'quicksight:QueryDashboard',
];
export const dataSetUse = [
  'quicksight:DescribeDataSet',
  'quicksight:DescribeDataSetPermissions',
  'quicksight:PassDataSet',
  'quicksight:DescribeIngestion',
  'quicksight:ListIngestions',
];

type Permissions = { permissions?: { principal: string; actions: string[] }[] };

/** The same actions for each of them; no property when there is nobody, since an empty list is refused. */
export function permissionsFor(principals: readonly string[], actions: readonly string[]): Permissions {
  if (principals.length === 0) return {};
  return { permissions: principals.map((principal) => ({ principal, actions: [...actions] })) };
}
