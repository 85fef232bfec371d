import { DASHBOARD_DESCRIPTION, DASHBOARD_TITLE } from '../charts.ts';
import type { MetabaseApi } from './api.ts';
import { CURRENCY, type Question } from './questions.ts';

type Dashcard = { readonly id: number; readonly card_id: number | null } & Readonly<Record<string, unknown>>;
type Parameter = { readonly id: string } & Readonly<Record<string, unknown>>;

const currencyParameter: Parameter = { id: CURRENCY, name: 'Currency', slug: CURRENCY, type: 'category' };

/** What an update may say of a card on a dashboard; the rest of an answer is Metabase's own. */
const dashcardFields = [
  ...['id', 'card_id', 'dashboard_tab_id', 'row', 'col', 'size_x', 'size_y'],
  ...['series', 'parameter_mappings', 'visualization_settings'],
];

/**
 * Makes or updates the dashboard. An update replaces all cards and filters, so what people put beside ours is sent along
 * as it is.
 *
 * @param id of the dashboard, when it is there
 */
export async function applyDashboard(
  api: MetabaseApi,
  options: { collectionId: number; cards: ReadonlyMap<Question, number>; id: number | undefined },
): Promise<number> {
  const head = { name: DASHBOARD_TITLE, description: DASHBOARD_DESCRIPTION, collection_id: options.collectionId };
  const id = options.id ?? ((await api('POST', '/api/dashboard', head)) as { id: number }).id;
  const stored = (await api('GET', `/api/dashboard/${id}`)) as {
    dashcards: Dashcard[];
    parameters: Parameter[] | null;
  };
  const parameters = [...(stored.parameters ?? []).filter((parameter) => parameter.id !== CURRENCY), currencyParameter];
  const dashcards = [...others(stored.dashcards, options.cards), ...ours(stored.dashcards, options.cards)];
  await api('PUT', `/api/dashboard/${id}`, { ...head, parameters, dashcards });
  return id;
}

function others(stored: readonly Dashcard[], cards: ReadonlyMap<Question, number>) {
  const ids = new Set<number | null>(cards.values());
  return stored
    .filter(({ card_id }) => !ids.has(card_id))
    .map((dashcard) =>
      Object.fromEntries(Object.entries(dashcard).filter(([field]) => dashcardFields.includes(field))),
    );
}

/** A card that is on the dashboard keeps its id there; a new one has a negative id, as Metabase's own pages send it. */
function ours(stored: readonly Dashcard[], cards: ReadonlyMap<Question, number>) {
  return [...cards].map(([{ sql, place }, card_id], index) => ({
    id: stored.find((dashcard) => dashcard.card_id === card_id)?.id ?? -1 - index,
    card_id,
    ...place,
    series: [],
    visualization_settings: {},
    parameter_mappings: sql.includes(`{{${CURRENCY}}}`)
      ? [{ parameter_id: CURRENCY, card_id, target: ['variable', ['template-tag', CURRENCY]] }]
      : [],
  }));
}
