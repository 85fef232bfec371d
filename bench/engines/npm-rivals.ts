import { execFile } from 'node:child_process';
import { access, mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { BazaarError, messageOf } from '../../platform/errors.ts';

/** Beside what we measure; none is a dependency, so that nobody installs, licenses or patches them for a benchmark. */
const RIVALS = { fastify: '5.12.8', '@platformatic/kafka': '2.12.1' } as const;
type Rival = keyof typeof RIVALS;

const INSTALL_TIMEOUT_MS = 300_000;

function folderOf(name: Rival): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return join(cache, 'bazaarstream', 'rivals', `${name.replaceAll('/', '+')}@${RIVALS[name]}`);
}

/** Fetches the rivals from the registry, unless they are in the user's cache. @throws BazaarError (`engine_failed`). */
export async function installRivals(): Promise<void> {
  for (const [name, version] of Object.entries(RIVALS)) {
    const folder = folderOf(name as Rival);
    const stamp = join(folder, '.installed');
    const isThere = await access(stamp).then(
      () => true,
      () => false,
    );
    if (isThere) continue;
    await mkdir(folder, { recursive: true });
    const args = ['install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', `${name}@${version}`];
    await promisify(execFile)('npm', args, { timeout: INSTALL_TIMEOUT_MS }).catch((cause: unknown) => {
      throw new BazaarError('engine_failed', `${name} could not be installed: ${messageOf(cause)}`, { cause });
    });
    await writeFile(stamp, '');
  }
}

/** The module of an installed rival; the caller says what it takes it for. */
export async function importRival(name: Rival): Promise<unknown> {
  const resolve = createRequire(join(folderOf(name), 'package.json')).resolve;
  return import(pathToFileURL(resolve(name)).href);
}
