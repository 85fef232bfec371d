import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { requestProblems } from './request-schemas.ts';

type Entity = Record<string, unknown> & { id: number; name: string };
export type Kind = 'database' | 'collection' | 'card' | 'dashboard';

/**
 * A server that answers as Metabase's document says, keeps what it is sent, and refuses with 400 what the document does
 * not allow. It draws nothing and asks no database.
 */
export async function startContractServer(key: string) {
  const stored: Record<Kind, Entity[]> = { database: [], collection: [], card: [], dashboard: [] };
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://metabase');
    const sent = request.method === 'GET' ? undefined : await json(request);
    requests.push(`${request.method} ${url.pathname}`);
    const [status, answer] =
      request.headers['x-api-key'] === key
        ? respond(stored, request.method ?? '', url, sent)
        : [401, { message: 'Unauthenticated', given: request.headers['x-api-key'] }];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stored,
    requests,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

function respond(stored: Record<Kind, Entity[]>, method: string, url: URL, sent: unknown): [number, unknown] {
  const [, , kind = '', id, part] = url.pathname.split('/');
  if (!isKind(kind)) return [404, 'API endpoint does not exist.'];
  if (method === 'GET' && part === 'items') return [200, { data: itemsOf(stored, Number(id)) }];
  if (method === 'GET' && id === undefined) return [200, kind === 'database' ? { data: stored[kind] } : stored[kind]];
  const known = stored[kind].find((entity) => entity.id === Number(id));
  if (id !== undefined && known === undefined) return [404, 'Not found.'];
  if (method === 'GET') return [200, known];
  const problems = requestProblems(`${method} /api/${kind}${id === undefined ? '' : '/:id'}`, sent);
  const broken = problems.length > 0 ? problems : brokenReferences(stored, kind, sent as Record<string, unknown>);
  if (broken.length > 0) return [400, { errors: broken }];
  return [200, known === undefined ? add(stored, kind, sent as object) : change(known, sent as object)];
}

function isKind(kind: string): kind is Kind {
  return ['database', 'collection', 'card', 'dashboard'].includes(kind);
}

function itemsOf(stored: Record<Kind, Entity[]>, collection: number): object[] {
  return (['card', 'dashboard'] as const).flatMap((model) =>
    stored[model]
      .filter(({ collection_id }) => collection_id === collection)
      .map(({ id, name }) => ({ id, name, model })),
  );
}

function add(stored: Record<Kind, Entity[]>, kind: Kind, sent: object): Entity {
  const empty = kind === 'dashboard' ? { dashcards: [], parameters: [] } : {};
  // Ids of different kinds differ, so that one taken for another is not found.
  const id = 100 * (Object.keys(stored).indexOf(kind) + 1) + stored[kind].length;
  const entity = { ...empty, ...sent, id } as Entity;
  stored[kind].push(entity);
  return entity;
}

/** A new card on a dashboard comes with a negative id and gets one of its own. */
function change(known: Entity, sent: object): Entity {
  Object.assign(known, sent);
  const dashcards = (known.dashcards ?? []) as { id: number }[];
  for (const dashcard of dashcards) if (dashcard.id < 0) dashcard.id = 1_000 + Math.abs(dashcard.id);
  return known;
}

type Dashcard = {
  id: number;
  card_id: number | null;
  col: number;
  size_x: number;
  parameter_mappings: { parameter_id: string; card_id?: number; target: [string, [string, string]] }[] | null;
};
type Tags = Record<string, { name: string; type: string; 'display-name': string }>;

/** What a schema of one request cannot say: that what it names is there. */
function brokenReferences(stored: Record<Kind, Entity[]>, kind: Kind, sent: Record<string, unknown>): string[] {
  if (kind === 'card') return brokenQuery(stored, sent.dataset_query as Record<string, unknown>);
  if (kind !== 'dashboard' || sent.dashcards === undefined) return [];
  const [dashcards, parameters] = [sent.dashcards as Dashcard[], sent.parameters as { id: string }[]];
  const ids = dashcards.map(({ id }) => id);
  return [
    ...(new Set(ids).size === ids.length ? [] : ['dashcards: ids are not unique']),
    ...dashcards.flatMap(({ card_id, col, size_x, parameter_mappings }) => [
      ...(card_id === null || stored.card.some(({ id }) => id === card_id) ? [] : [`no card ${card_id}`]),
      ...(col + size_x <= 24 ? [] : [`card ${card_id} is beyond the 24 columns`]),
      ...(parameter_mappings ?? []).flatMap(({ parameter_id, target: [, [, tag]] }) => [
        ...(parameters.some(({ id }) => id === parameter_id) ? [] : [`no parameter ${parameter_id}`]),
        ...(tag in tagsOf(stored.card.find(({ id }) => id === card_id)) ? [] : [`card ${card_id} has no {{${tag}}}`]),
      ]),
    ]),
  ];
}

const tagsOf = (card: Entity | undefined): Tags =>
  ((card?.dataset_query as { native: { 'template-tags': Tags } } | undefined)?.native['template-tags'] ?? {}) as Tags;

function brokenQuery(stored: Record<Kind, Entity[]>, query: Record<string, unknown>): string[] {
  const { query: sql, 'template-tags': tags } = query.native as { query: string; 'template-tags': Tags };
  const used = [...sql.matchAll(/\{\{\s*([^}\s]+)\s*\}\}/g)].map(([, name]) => name).sort();
  return [
    ...(stored.database.some(({ id }) => id === query.database) ? [] : [`no database ${query.database}`]),
    ...(query.type === 'native' ? [] : ['dataset_query.type is not native']),
    ...(JSON.stringify(used) === JSON.stringify(Object.keys(tags).sort()) ? [] : ['template-tags and {{…}} differ']),
    ...Object.entries(tags).flatMap(([key, { name, type }]) =>
      name === key && ['text', 'number', 'date', 'boolean', 'dimension'].includes(type) ? [] : [`tag ${key} is wrong`],
    ),
  ];
}
