import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { access, chown, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { BazaarError, messageOf } from '../../platform/errors.ts';
import type { SystemUser } from './postgres-user.ts';
import { readPrivateJson, writePrivateJson } from './private-file.ts';

/** How this cluster is reached; kept beside it, readable by its owner only. */
const connectionSchema = z.object({
  port: z.int(),
  adminPassword: z.string(),
  ownerPassword: z.string(),
});
export type ClusterConnection = z.output<typeof connectionSchema>;

const INITDB_TIMEOUT_MS = 60_000;

/** The cluster's passwords and last port, made on first use. */
export async function clusterConnection(file: string): Promise<ClusterConnection> {
  const known = await readPrivateJson(file, connectionSchema);
  if (known !== undefined) return known;
  const created = { port: 0, adminPassword: randomPassword(), ownerPassword: randomPassword() };
  await writePrivateJson(file, created);
  return created;
}

/**
 * Removes a cluster that stands outside of its data folder when that folder is new: the passwords of the old one went with
 * the old folder, so that nobody can open it.
 */
export async function removeOrphan(cluster: string, folder: string, connectionFile: string): Promise<void> {
  if (dirname(cluster) === folder || (await isThere(connectionFile))) return;
  await rm(cluster, { recursive: true, force: true });
}

/** A password of 144 random bits that needs no quoting in a URL or in SQL. */
export function randomPassword(): string {
  return randomBytes(18).toString('base64url');
}

/** Creates the cluster unless it is there; a half-made one (killed in the middle) is made again. */
export async function ensureCluster(
  initdb: string,
  cluster: string,
  adminPassword: string,
  user: SystemUser | undefined,
): Promise<void> {
  if (await isThere(join(cluster, 'PG_VERSION'))) return;
  const partial = `${cluster}.new`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { mode: 0o700 });
  const passwordFile = `${cluster}.password`;
  await writeFile(passwordFile, adminPassword, { mode: 0o600 });
  if (user !== undefined) await Promise.all([partial, passwordFile].map((path) => chown(path, user.uid, user.gid)));
  try {
    await promisify(execFile)(initdb, initdbArguments(partial, passwordFile), {
      ...user,
      timeout: INITDB_TIMEOUT_MS,
      cwd: '/',
    });
  } catch (cause) {
    throw new BazaarError('engine_failed', `postgres cluster could not be created in ${cluster}: ${messageOf(cause)}`, {
      cause,
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(partial, cluster);
}

function initdbArguments(folder: string, passwordFile: string): string[] {
  return [
    ...['-D', folder, '-U', 'postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '-E', 'UTF8'],
    // The builtin provider sorts alike on every system, and needs no locale installed.
    ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-sync'],
  ];
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
