import { join } from 'node:path';
import { serve } from '@hono/node-server';
import * as z from 'zod';
import { createRecommendApp } from '../../lambdas/recommend/app.ts';
import { readPrivateJson } from '../../local/engines/private-file.ts';
import { startNeonEndpoint, useNeonEndpoint } from '../../local/neon/endpoint.ts';
import { keyEntries, loadSecrets } from '../../local/system/secrets.ts';
import { callerByKey } from '../../platform/http/caller.ts';
import { createKeyring } from '../../platform/http/keys.ts';
import { createUserTokenVerifier } from '../../platform/http/user-token.ts';
import { createLogger } from '../../platform/logger.ts';
import { createNeonDatabase } from '../../repositories/neon-database.ts';

/**
 * What answers recommendations and nothing else, in a process of its own: the production app, and the endpoint that speaks
 * Neon's protocol. Says its port to its parent, and ends with it.
 *
 *   fork('serve-alone.ts', [DATA_DIR])
 */
/** Requests wait in line rather than beside each other, where each slows all others down: twice as many as cores. */
const CONNECTIONS = 2;
const dataDir = process.argv[2] ?? '.bazaar';
const runtime = await readPrivateJson(join(dataDir, 'runtime.json'), z.object({ database_url: z.string() }));
if (runtime === undefined) throw new Error(`no system runs on ${dataDir}: it has no runtime.json`);
const secrets = await loadSecrets(dataDir);
const reader = new URL(runtime.database_url);
reader.username = 'bazaar_reader';
reader.password = secrets.passwords.bazaar_reader;
useNeonEndpoint(await startNeonEndpoint({ databaseUrl: runtime.database_url, connections: CONNECTIONS }));
const app = createRecommendApp({
  database: createNeonDatabase(reader.href),
  addressOf: () => '127.0.0.1',
  callerOf: callerByKey(createKeyring(keyEntries(secrets, []))),
  userTokens: createUserTokenVerifier(async () => [secrets.signingSecret]),
  pinnedOrigins: new Set(),
  log: createLogger('recommend'),
});
serve({ fetch: (request) => app.fetch(request), port: 0, hostname: '127.0.0.1' }, ({ port }) => process.send?.(port));
process.once('disconnect', () => process.exit(0));
