import { startNeonEndpoint } from '../../local/neon/endpoint.ts';

/** Neon's proxy in a process of its own: `proxy-process.ts DATABASE_URL`. Tells its parent where it serves. */
const endpoint = await startNeonEndpoint({ databaseUrl: process.argv[2] ?? '' });
process.on('SIGTERM', () => void endpoint.close().then(() => process.exit(0)));
process.send?.({ fetchEndpoint: endpoint.fetchEndpoint });
