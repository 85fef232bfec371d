import { describe, expect, test } from 'vitest';
import { views } from '../../../dashboards/views.ts';
import { evaluate } from '../evaluate.ts';
import { profileNames } from '../profiles.ts';
import { propertiesOf, resourcesOf } from '../stack-template.ts';
import { synthesized } from '../synthesized.ts';

const VIEWER = 'arn:aws:quicksight:eu-west-1:111122223333:group/default/shop';
const AUTHOR = 'arn:aws:quicksight:us-east-1:111122223333:user/default/analyst@shop.example';

type Column = { Name: string; Type: string };
type DataSet = {
  DataSetId: string;
  ImportMode: string;
  Permissions: { Principal: string; Actions: string[] }[];
  PhysicalTableMap: { view: { RelationalTable: { Schema: string; Name: string; InputColumns: Column[] } } };
};

/** Every object anywhere in a value. */
function objectsIn(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inner : [value as Record<string, unknown>, ...inner];
}

describe('a stage with QuickSight', async () => {
  const stage = await synthesized('express');
  const evaluated = (type: string) =>
    propertiesOf(stage.app, `AWS::QuickSight::${type}`).map((properties) => evaluate(stage, 'app', properties));
  const [source] = evaluated('DataSource') as Record<string, unknown>[];
  const dataSets = evaluated('DataSet') as DataSet[];
  const [dashboard] = evaluated('Dashboard') as Record<string, unknown>[];
  const tables = dataSets.map(({ PhysicalTableMap }) => PhysicalTableMap.view.RelationalTable);

  test('reaches the database over TLS with the secret of the role that reads the views', () => {
    expect(source).toMatchObject({
      Type: 'POSTGRESQL',
      DataSourceParameters: {
        PostgreSqlParameters: {
          Host: 'ep-quiet-sea-a1b2c3d4.eu-west-1.aws.neon.tech',
          Port: 5432,
          Database: 'neondb',
        },
      },
      Credentials: {
        SecretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:bazaarstream/prod/database-bi-AbCdEf',
      },
      SslProperties: { DisableSsl: false },
    });
  });

  test('asks the five views anew at each look', () => {
    expect(tables.map(({ Name }) => Name).sort()).toEqual(Object.keys(views).sort());
    expect(new Set(tables.map(({ Schema }) => Schema))).toEqual(new Set(['analytics']));
    expect(new Set(dataSets.map(({ ImportMode }) => ImportMode))).toEqual(new Set(['DIRECT_QUERY']));
  });

  test('each field of the dashboard is a column of its data set, text by text and number by number', () => {
    const fields = objectsIn(dashboard).flatMap((object) =>
      Object.entries(object).flatMap(([kind, field]) =>
        /(Dimension|Measure)Field$/.test(kind)
          ? [{ kind, ...(field as { Column: Record<string, string> }).Column }]
          : [],
      ),
    ) as { kind: string; DataSetIdentifier: string; ColumnName: string }[];
    expect(fields.length).toBeGreaterThan(15);
    for (const { kind, DataSetIdentifier, ColumnName } of fields) {
      const column = tables
        .find(({ Name }) => Name === DataSetIdentifier)
        ?.InputColumns.find(({ Name }) => Name === ColumnName);
      const allowed = /^Date/.test(kind) ? ['DATETIME'] : /^Numerical/.test(kind) ? ['INTEGER', 'DECIMAL'] : ['STRING'];
      expect(allowed, `${DataSetIdentifier}.${ColumnName}`).toContain(column?.Type);
    }
  });

  test('what the service wants unique is: ids of fields and visuals; each visual has its place on the sheet', () => {
    const objects = objectsIn(dashboard);
    const ids = (name: string) => objects.flatMap((object) => (typeof object[name] === 'string' ? [object[name]] : []));
    const visualIds = ids('VisualId');
    const places = objects.filter(({ ElementId }) => ElementId !== undefined);
    expect(visualIds).toHaveLength(6);
    expect(places.map(({ ElementId }) => ElementId).sort()).toEqual([...visualIds].sort());
    for (const { ColumnIndex, ColumnSpan } of places as Record<string, number>[])
      expect((ColumnIndex ?? 0) + (ColumnSpan ?? 0)).toBeLessThanOrEqual(36);
    const fieldIds = objects.flatMap(({ Column, FieldId }) => (Column === undefined ? [] : [FieldId]));
    expect(new Set(fieldIds).size).toBe(fieldIds.length);
  });

  test('viewers see the dashboard alone, authors may build on the data sets, and nobody changes or deletes', () => {
    expect(dashboard?.Permissions).toMatchObject([{ Principal: VIEWER }, { Principal: AUTHOR }]);
    for (const { Permissions } of dataSets) expect(Permissions.map(({ Principal }) => Principal)).toEqual([AUTHOR]);
    expect(source).not.toHaveProperty('Permissions');
    const actions = objectsIn([dashboard, dataSets]).flatMap(({ Actions }) => (Actions as string[] | undefined) ?? []);
    expect(actions.length).toBeGreaterThan(5);
    for (const action of actions) expect(action).toMatch(/^quicksight:(Describe|List|Query|Pass)/);
  });

  test('is made after the migrations, which make its role and the views', () => {
    const [trigger = ''] = Object.keys(resourcesOf(stage.app, 'Custom::Trigger'));
    const made = Object.values(resourcesOf(stage.app, 'AWS::QuickSight::DataSource'));
    expect(made[0]?.DependsOn).toContain(trigger);
  });
});

test.each(profileNames.filter((name) => name !== 'express'))(
  '%s does not ask for QuickSight and gets none',
  async (name) => {
    expect(JSON.stringify(await synthesized(name))).not.toContain('AWS::QuickSight');
  },
);
