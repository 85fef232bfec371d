import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { biConnection } from '../../../local/superset/bi-connection.ts';
import { DATABASE_FILE, packBundle } from '../../../local/superset/bundle.ts';
import { openTestDatabase, type TestDatabase } from '../../brackets/database.ts';
import { query } from '../../brackets/query.ts';
import { storeShopDay } from '../shop-day.ts';
import { chartQuery } from './chart-query.ts';
import { readBundle } from './read-bundle.ts';

const VIEWS = ['active_sessions', 'cart_trends', 'conversion_funnel', 'realtime_revenue', 'top_viewed_items'];
const SECRET = 'not/for+a zip';
const URL_OF_SHOP = `postgres://bazaar_bi:${encodeURIComponent(SECRET)}@ep-shop.eu.aws.neon.tech/shop?sslmode=require`;
/** Names that SQLAlchemy gives to PostgreSQL's types, as Superset stores them. */
const TYPES = `case when format_type(atttypid, null) = 'numeric' then 'NUMERIC' else upper(format_type(atttypid, atttypmod)) end`;

const connection = biConnection(URL_OF_SHOP);
const packed = await packBundle(connection.maskedUrl);
const bundle = readBundle(packed.zip);
const datasetOf = (uuid: string) => bundle.datasets.find((dataset) => dataset.uuid === uuid);

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await storeShopDay(database);
});
afterAll(() => database.close());

describe('the zip', () => {
  test('says where the views are and asks for the password', () => {
    expect(bundle.database.sqlalchemy_uri).toBe(
      'postgresql://bazaar_bi:XXXXXXXXXX@ep-shop.eu.aws.neon.tech/shop?sslmode=require',
    );
    expect(connection.password).toBe(SECRET);
    for (const text of Object.values(bundle.files)) {
      expect(text).not.toContain(SECRET);
      expect(text).not.toContain(encodeURIComponent(SECRET));
    }
    expect(bundle.files).toHaveProperty([DATABASE_FILE]);
    expect(bundle.database.uuid).toBe(packed.databaseId);
  });

  test('is the same each time it is packed', async () => {
    expect(await packBundle(connection.maskedUrl)).toEqual(packed);
  });

  test.each([
    ['postgresql://owner:hidden@host/shop', "has the role 'owner'"],
    ['mysql://bazaar_bi:hidden@host/shop', 'is not the address of a database'],
    ['postgresql://bazaar_bi:hidden@host', 'is not the address of a database'],
    ['bazaar_bi:hidden', 'is not the address of a database'],
  ])('is not made for %s', (url, reason) => {
    expect(() => biConnection(url)).toThrow(reason);
    expect(() => biConnection(url)).toThrow(/allowed: postgresql:\/\/bazaar_bi:password@host:port\/database$/);
  });
});

describe('the dashboard', () => {
  const { position, metadata } = bundle.dashboard;
  const places = Object.values(position).filter((place) => typeof place !== 'string');
  const charts = places.flatMap(({ meta }) =>
    meta?.chartId === undefined ? [] : [{ ...meta, chartId: meta.chartId }],
  );

  test('has a chart for each view, and every reference points at something', () => {
    const uuids = [bundle.database, bundle.dashboard, ...bundle.datasets, ...bundle.charts].map(({ uuid }) => uuid);
    expect(new Set(uuids).size).toBe(1 + 1 + VIEWS.length + VIEWS.length);
    for (const dataset of bundle.datasets) expect(dataset.database_uuid).toBe(bundle.database.uuid);
    expect(bundle.charts.map(({ dataset_uuid }) => datasetOf(dataset_uuid)?.table_name)).toEqual(VIEWS);
    expect(bundle.charts.map(({ slice_name }) => slice_name.toLowerCase().replace(/\W/g, '_'))).toEqual(
      VIEWS.map((view) => view.replace('realtime', 'real_time')),
    );
    for (const chart of bundle.charts) expect(chart.params.viz_type).toBe(chart.viz_type);
  });

  test('shows each chart once, in a row of twelve', () => {
    expect(charts.map(({ uuid, sliceName }) => `${uuid} ${sliceName}`).sort()).toEqual(
      bundle.charts.map(({ uuid, slice_name }) => `${uuid} ${slice_name}`).sort(),
    );
    expect(new Set(charts.map(({ chartId }) => chartId)).size).toBe(charts.length);
    for (const [key, place] of Object.entries(position)) {
      if (typeof place === 'string') continue;
      expect(place.id).toBe(key);
      for (const child of place.children ?? []) expect(position[child]).toMatchObject({ id: child });
      const parent = position[place.parents?.at(-1) ?? ''];
      if (place.parents !== undefined) expect(parent).toMatchObject({ children: expect.arrayContaining([key]) });
    }
  });

  test('refreshes by itself, and its filters stand on columns and charts that are there', () => {
    expect(metadata.refresh_frequency).toBe(10);
    expect(metadata.native_filter_configuration.map(({ id }) => id)).toHaveLength(3);
    const numbers = charts.map(({ chartId }) => chartId);
    for (const { targets, scope } of metadata.native_filter_configuration) {
      for (const excluded of scope.excluded) expect(numbers).toContain(excluded);
      for (const { datasetUuid, column } of targets) {
        if (datasetUuid === undefined) continue;
        const columns = datasetOf(datasetUuid)?.columns.map(({ column_name }) => column_name);
        if (column !== undefined) expect(columns).toContain(column.name);
        else expect(columns).toBeDefined();
      }
    }
  });
});

describe.each(bundle.datasets)('the dataset $table_name', (dataset) => {
  test('has the columns, types and descriptions of its view', async () => {
    const columns = await database.rows(
      `select attname as column_name, ${TYPES} as type, col_description(attrelid, attnum) as description
       from pg_attribute where attrelid = ('analytics.' || $1)::regclass and attnum > 0 order by attnum`,
      [dataset.table_name],
    );
    const own = dataset.columns.filter(({ expression }) => expression === undefined);
    expect(own.map(({ column_name, type, description }) => ({ column_name, type, description }))).toEqual(columns);
    expect(own.filter(({ is_dttm }) => is_dttm)).toEqual(own.filter(({ type }) => /^(TIMESTAMP|DATE)/.test(type)));
    expect(own.find(({ column_name }) => column_name === dataset.main_dttm_col)?.is_dttm).toBe(true);
    const [about] = await database.rows(`select obj_description(('analytics.' || $1)::regclass) as description`, [
      dataset.table_name,
    ]);
    expect(about).toEqual({ description: dataset.description });
  });

  test('has metrics that run', async () => {
    const all = dataset.metrics.map(({ expression }) => expression).join(', ');
    expect(await query(database.biUrl, `select ${all} from analytics.${dataset.table_name}`)).toHaveLength(1);
  });
});

test.each(bundle.charts)('the chart $slice_name has rows', async (chart) => {
  const dataset = datasetOf(chart.dataset_uuid);
  if (dataset === undefined) throw new Error(`no dataset ${chart.dataset_uuid}`);
  expect((await query(database.biUrl, chartQuery(chart, dataset))).length).toBeGreaterThan(0);
});
