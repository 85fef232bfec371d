import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { connectMetabase } from '../../dashboards/metabase/api.ts';
import { applyToMetabase } from '../../dashboards/metabase/apply.ts';
import { BazaarError, messageOf } from '../../platform/errors.ts';

const USAGE = 'METABASE_API_KEY=… [BAZAAR_BI_URL=…] npm run metabase -- --url http://host:port [--data-dir D]';
const runtimeSchema = z.object({ bi_url: z.string() });

/** `npm run metabase`: the dashboard of the BI views in a Metabase; running it again brings it up to date. */
async function main(): Promise<void> {
  const { url, dataDir } = parse(process.argv.slice(2));
  const key = process.env.METABASE_API_KEY;
  if (!key) throw new BazaarError('usage', `METABASE_API_KEY is missing; usage: ${USAGE}`);
  const biUrl = await biAddress(process.env.BAZAAR_BI_URL, dataDir);
  const api = connectMetabase({ url, key, secret: decodeURIComponent(biUrl.password) });
  console.log(new URL(await applyToMetabase(api, biUrl), url).href);
}

function parse(args: string[]): { url: string; dataDir: string } {
  const options = { url: { type: 'string' }, 'data-dir': { type: 'string', default: '.bazaar' } } as const;
  try {
    const { url, 'data-dir': dataDir } = parseArgs({ args, options }).values;
    if (url !== undefined && /^https?:$/.test(new URL(url).protocol)) return { url, dataDir };
  } catch (error) {
    throw new BazaarError('usage', `${messageOf(error)}; usage: ${USAGE}`);
  }
  throw new BazaarError('usage', `--url must be the address of a Metabase; usage: ${USAGE}`);
}

/** The error of a wrong address must not repeat it: it holds the password. */
async function biAddress(given: string | undefined, dataDir: string): Promise<URL> {
  const text = given || (await addressOfRunningSystem(dataDir));
  const address = URL.parse(text);
  if (address !== null && /^postgres(ql)?:$/.test(address.protocol) && address.password !== '') return address;
  throw new BazaarError('usage', 'BAZAAR_BI_URL is wrong; allowed: postgresql://role:password@host:port/database');
}

async function addressOfRunningSystem(dataDir: string): Promise<string> {
  const text = await readFile(join(dataDir, 'runtime.json'), 'utf8').catch(() => {
    throw new BazaarError('usage', `no system runs on ${dataDir}: start it, or set BAZAAR_BI_URL`);
  });
  return runtimeSchema.parse(JSON.parse(text)).bi_url;
}

await main().catch((error: unknown) => {
  console.error(messageOf(error));
  process.exitCode = 2;
});
