/**
 * For a command that is given a DATABASE_URL, Neon's or any other:
 *
 *   const opened = await openDatabase(databaseUrl);
 *   try { … createNeonDatabase(databaseUrl), withSession(databaseUrl, …) } finally { await opened.close(); }
 */
import { isNeon } from '../../repositories/connection-url.ts';
import { startNeonEndpoint, useNeonEndpoint } from './endpoint.ts';

/** Makes the Neon driver of this process reach the database; a host that is not Neon's gets an endpoint in front of it. */
export async function openDatabase(databaseUrl: string): Promise<{ close(): Promise<void> }> {
  if (isNeon(databaseUrl)) return { close: async () => undefined };
  const endpoint = await startNeonEndpoint({ databaseUrl });
  useNeonEndpoint(endpoint);
  return { close: endpoint.close };
}
