import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { BazaarError } from '../../platform/errors.ts';

/** Where events are sent and under which key. */
export type Target = { readonly url: string; readonly key: string };

const runtimeSchema = z.object({ url: z.string(), keys: z.object({ sk: z.string() }) });

/**
 * The API to send to: what the command line says, else `BAZAAR_KEY`, else `runtime.json` of the running system in the
 * data folder. Throws `usage` when no key or no address can be found.
 */
export function findTarget(
  given: { url?: string | undefined; key?: string | undefined; dataDir: string },
  environment: { BAZAAR_KEY?: string | undefined },
): Target {
  const key = given.key ?? environment.BAZAAR_KEY;
  if (given.url !== undefined && key !== undefined) return { url: checkUrl(given.url), key };
  const runtime = readRuntime(given.dataDir);
  return { url: checkUrl(given.url ?? runtime.url), key: key ?? runtime.keys.sk };
}

function readRuntime(dataDir: string): z.output<typeof runtimeSchema> {
  const path = join(dataDir, 'runtime.json');
  try {
    return runtimeSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const hint = 'start the system (npm start), or give --url and --key (or BAZAAR_KEY)';
    throw new BazaarError('usage', `no running system found in ${path}; ${hint}`, { cause: error });
  }
}

function checkUrl(url: string): string {
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new BazaarError('usage', `url is not an http address: got ${url}; such as http://127.0.0.1:3000`);
  return url.replace(/\/+$/, '');
}
