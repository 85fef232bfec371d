import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { BazaarError } from '../../platform/errors.ts';

/** Where events are sent and under which key. */
export type Target = { readonly url: string; readonly key: string };

/** What to do when nobody answers there. */
export const API_HINT = 'run `bazaar start` in another terminal, or give --url and --key (or BAZAAR_KEY)';

const runtimeSchema = z.object({ url: z.string(), keys: z.object({ sk: z.string() }) });

/**
 * The API to send to: what is given, and what is not from `runtime.json` of the running system in the data folder. Throws
 * `usage` when no key or no address can be found.
 */
export function findTarget(given: { url?: string | undefined; key?: string | undefined; dataDir: string }): Target {
  const { url, key, dataDir } = given;
  if (url !== undefined && key !== undefined) return { url, key };
  const runtime = readRuntime(dataDir);
  return { url: url ?? runtime.url, key: key ?? runtime.keys.sk };
}

function readRuntime(dataDir: string): z.output<typeof runtimeSchema> {
  const path = join(dataDir, 'runtime.json');
  try {
    return runtimeSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new BazaarError('usage', `no system runs on ${dataDir}: ${API_HINT}`, { cause: error });
  }
}
