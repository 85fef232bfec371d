import { readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { dashboard } from '../../dashboards/grafana/dashboard.ts';
import { renewViewTables, viewColumns } from '../../dashboards/view-tables.ts';
import { messageOf } from '../../platform/errors.ts';
import { directUrl } from '../../repositories/connection-url.ts';
import { withSession } from '../../repositories/neon-database.ts';
import { withDatabaseUrl } from '../command-line/database.ts';

const ROOT = new URL('../../', import.meta.url);
const GRAFANA = new URL('dashboards/grafana/dashboards/bazaarstream.json', ROOT);
const DOCUMENT = new URL('docs/dashboards.md', ROOT);

/**
 * `npm run dashboards`: writes Grafana's JSON from its description, and into docs/dashboards.md what the database says
 * about its views (of DATABASE_URL, or of the system that runs).
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { 'data-dir': { type: 'string', default: '.bazaar' } } });
  await writeFile(GRAFANA, `${JSON.stringify(dashboard, null, 2)}\n`);
  const columns = await withDatabaseUrl(values['data-dir'], (url) =>
    withSession(directUrl(url), (session) => session.query(viewColumns)),
  );
  await writeFile(DOCUMENT, renewViewTables(await readFile(DOCUMENT, 'utf8'), columns));
  console.error('wrote dashboards/grafana/dashboards/bazaarstream.json and the tables of docs/dashboards.md');
}

await main().catch((error: unknown) => {
  console.error(messageOf(error));
  process.exitCode = 2;
});
