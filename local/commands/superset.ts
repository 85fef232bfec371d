import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { BazaarError, messageOf } from '../../platform/errors.ts';
import { findBiConnection } from '../superset/bi-connection.ts';
import { packBundle } from '../superset/bundle.ts';
import { importBundle } from '../superset/import-bundle.ts';

const USAGE =
  'npm run superset -- [--out FILE] [--data-dir D], or: npm run superset -- --url http://superset:8088 --user NAME [--data-dir D]';

/**
 * `npm run superset`: writes the dashboard as a zip for Superset's "Import dashboards", or imports it (`--url`, with the
 * user's password in `SUPERSET_PASSWORD`). The database is that of `BI_URL`, or of the system that runs.
 */
async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const { maskedUrl, password: databasePassword } = await findBiConnection(process.env, options['data-dir']);
  const bundle = await packBundle(maskedUrl);
  if (options.url === undefined) {
    await writeFile(options.out, bundle.zip);
    console.error(`wrote ${options.out} for ${maskedUrl}; Superset asks for the password when it imports it`);
    return;
  }
  if (databasePassword === '') throw new BazaarError('usage', 'BI_URL has no password, which Superset needs');
  const account = { url: options.url.replace(/\/+$/, ''), user: options.user, password: supersetPassword() };
  await importBundle(account, bundle, databasePassword);
  console.error(`imported; see ${account.url}/superset/dashboard/bazaarstream/`);
}

function readOptions(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        out: { type: 'string', default: 'bazaarstream-superset.zip' },
        url: { type: 'string' },
        user: { type: 'string', default: 'admin' },
        'data-dir': { type: 'string', default: '.bazaar' },
      },
    }).values;
  } catch (error) {
    throw new BazaarError('usage', `${messageOf(error)}; usage: ${USAGE}`);
  }
}

function supersetPassword(): string {
  const password = process.env.SUPERSET_PASSWORD;
  if (!password)
    throw new BazaarError('usage', 'SUPERSET_PASSWORD is not set; it is the password of --user in Superset');
  return password;
}

await main().catch((error: unknown) => {
  console.error(messageOf(error));
  process.exitCode = 2;
});
