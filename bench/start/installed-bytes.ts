import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';

const BYTES_PER_KIB = 1024;
const BYTES_PER_MB = 1e6;
const lockSchema = z.object({ packages: z.record(z.string(), z.unknown()) });

/** What a folder takes on disk, in megabytes. */
export async function megabytesOf(folder: string): Promise<number> {
  const { stdout } = await promisify(execFile)('du', ['-sk', folder]);
  return Math.round((Number.parseInt(stdout, 10) * BYTES_PER_KIB) / BYTES_PER_MB);
}

/** What a first start has put on the disk: the clone's packages, and in the caches what was fetched. */
export async function installedBytes(clone: string, caches: string) {
  const modules = join(clone, 'node_modules');
  const lock = lockSchema.parse(JSON.parse(await readFile(join(modules, '.package-lock.json'), 'utf8')));
  const shared = join(caches, 'xdg/bazaarstream');
  const [kafka] = (await readdir(shared)).filter((name) => name.startsWith('kafka-'));
  const jars = kafka === undefined ? [] : await readdir(join(shared, kafka));
  return {
    npm_packages: Object.keys(lock.packages).length,
    node_modules_mb: await megabytesOf(modules),
    ...{ jars: jars.length, jars_mb: kafka === undefined ? 0 : await megabytesOf(join(shared, kafka)) },
    npm_cache_mb: await megabytesOf(join(caches, 'npm')),
    maven_cache_mb: jars.length === 0 ? 0 : await megabytesOf(join(caches, 'maven')),
  };
}
