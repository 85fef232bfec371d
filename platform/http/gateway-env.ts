import * as z from 'zod';
import { jsonSetting } from '../env.ts';
import { keyEntrySchema } from './keys.ts';

/** What every function behind the HTTP API reads: digests of keys with their class, source and pinned origins; never a key. */
export const keysEnv = z.object({ KEY_ENTRIES: jsonSetting(z.array(keyEntrySchema)) });

/** The origins that are pinned for any key: whose pages may send a preflight. */
export function pinnedOriginsOf(entries: readonly { origins: readonly string[] }[]): ReadonlySet<string> {
  return new Set(entries.flatMap(({ origins }) => origins));
}

/** The client's address. API Gateway writes the last of this header itself; what stands before it is the client's word. */
export function gatewayAddressOf(request: Request): string {
  return request.headers.get('x-forwarded-for')?.split(',').at(-1)?.trim() ?? 'unknown';
}
