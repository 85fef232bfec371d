import type { MetabaseApi } from './api.ts';
import { named } from './named.ts';

export const CONNECTION = 'BazaarStream';
const DEFAULT_PORT = 5432;

/** What Metabase has to know to reach the database that a connection string names; it sees the views' schema alone. */
export function connectionDetails(biUrl: URL): Record<string, unknown> {
  const mode = biUrl.searchParams.get('sslmode') ?? 'disable';
  const tls = mode === 'disable' ? { ssl: false } : { ssl: true, 'ssl-mode': 'require' };
  return {
    host: biUrl.hostname,
    port: Number(biUrl.port || DEFAULT_PORT),
    dbname: decodeURIComponent(biUrl.pathname.slice(1)),
    user: decodeURIComponent(biUrl.username),
    password: decodeURIComponent(biUrl.password),
    ...tls,
    'schema-filters-type': 'inclusion',
    'schema-filters-patterns': 'analytics',
  };
}

/** The id of the connection of our name, made or brought up to date. */
export async function applyConnection(api: MetabaseApi, biUrl: URL): Promise<number> {
  const settings = { name: CONNECTION, engine: 'postgres', details: connectionDetails(biUrl), auto_run_queries: true };
  const known = named(await api('GET', '/api/database'), CONNECTION);
  if (known !== undefined) {
    await api('PUT', `/api/database/${known.id}`, settings);
    return known.id;
  }
  // The published schema asks for the three; the values are its own defaults.
  const defaults = { is_full_sync: true, is_on_demand: false, connection_source: 'admin' };
  const made = (await api('POST', '/api/database', { ...settings, ...defaults })) as { id: number };
  return made.id;
}
