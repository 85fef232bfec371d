import { join } from 'node:path';
import * as z from 'zod';
import { BazaarError } from '../../platform/errors.ts';
import { readPrivateJson } from '../engines/private-file.ts';

/** How Superset reaches the views: an address that says a mask where the password was, and the password. */
export type BiConnection = { readonly maskedUrl: string; readonly password: string };

const ROLE = 'bazaar_bi';
/** What Superset writes for a password in its own exports; at an import it asks for what stands behind it. */
const PASSWORD_MASK = 'XXXXXXXXXX';
const ALLOWED = `allowed: postgresql://${ROLE}:password@host:port/database`;

const runtimeSchema = z.object({ bi_url: z.string() });

/**
 * `BI_URL`, else that of the system that runs on the data folder.
 *
 * @throws BazaarError (`usage`) when there is neither, or when it is that of another role than `bazaar_bi`.
 */
export async function findBiConnection(environment: { BI_URL?: string }, dataDir: string): Promise<BiConnection> {
  if (environment.BI_URL) return biConnection(environment.BI_URL);
  const runtime = await readPrivateJson(join(dataDir, 'runtime.json'), runtimeSchema);
  if (runtime === undefined)
    throw new BazaarError('usage', `no system runs on ${dataDir}, and BI_URL is not set; ${ALLOWED}`);
  return biConnection(runtime.bi_url);
}

/** Takes a connection string apart. @throws BazaarError (`usage`), which does not repeat it. */
export function biConnection(text: string): BiConnection {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol) || url.hostname === '' || url.pathname.length < 2)
    throw new BazaarError('usage', `BI_URL is not the address of a database; ${ALLOWED}`);
  if (url.username !== ROLE) throw new BazaarError('usage', `BI_URL has the role '${url.username}'; ${ALLOWED}`);
  const password = decodeURIComponent(url.password);
  url.password = PASSWORD_MASK;
  // The short form of the scheme means nothing to SQLAlchemy.
  return { maskedUrl: url.href.replace(/^postgres:/, 'postgresql:'), password };
}
