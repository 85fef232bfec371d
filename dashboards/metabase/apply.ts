import { DASHBOARD_DESCRIPTION, DASHBOARD_TITLE } from '../charts.ts';
import type { MetabaseApi } from './api.ts';
import { applyConnection } from './connection.ts';
import { applyDashboard } from './dashboard.ts';
import { named } from './named.ts';
import { CURRENCY, type Question, questions } from './questions.ts';

/** Fixed, so that a saved link to a filtered question stays one. */
const CURRENCY_TAG = '6f0d4f0e-2a77-4c1b-9a43-5f2f2f0a7c11';

/**
 * Makes connection, collection, questions and dashboard in a Metabase, or brings up to date what bears their names.
 *
 * @param biUrl the connection string of the BI role, as Metabase reaches the database
 * @returns the path of the dashboard
 */
export async function applyToMetabase(api: MetabaseApi, biUrl: URL): Promise<string> {
  const databaseId = await applyConnection(api, biUrl);
  const collectionId = await applyCollection(api);
  const items = await api('GET', `/api/collection/${collectionId}/items?models=card&models=dashboard&limit=1000`);
  const cards = new Map<Question, number>();
  for (const question of questions) {
    const known = named(items, question.chart.title, 'card');
    const body = { ...cardOf(question, databaseId), collection_id: collectionId };
    const path = known === undefined ? '/api/card' : `/api/card/${known.id}`;
    const { id } = (await api(known === undefined ? 'POST' : 'PUT', path, body)) as { id: number };
    cards.set(question, id);
  }
  const dashboard = named(items, DASHBOARD_TITLE, 'dashboard');
  return `/dashboard/${await applyDashboard(api, { collectionId, cards, id: dashboard?.id })}`;
}

async function applyCollection(api: MetabaseApi): Promise<number> {
  const known = named(await api('GET', '/api/collection'), DASHBOARD_TITLE);
  if (known !== undefined) return known.id;
  const body = { name: DASHBOARD_TITLE, description: DASHBOARD_DESCRIPTION };
  const made = (await api('POST', '/api/collection', body)) as { id: number };
  return made.id;
}

function cardOf({ chart, sql, display, settings }: Question, database: number): Record<string, unknown> {
  const tag = { id: CURRENCY_TAG, name: CURRENCY, 'display-name': 'Currency', type: 'text', required: false };
  const tags = sql.includes(`{{${CURRENCY}}}`) ? { [CURRENCY]: tag } : {};
  return {
    name: chart.title,
    description: chart.description,
    type: 'question',
    display,
    visualization_settings: settings,
    dataset_query: { type: 'native', database, native: { query: sql, 'template-tags': tags } },
  };
}
