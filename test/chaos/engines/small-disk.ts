import { execFile } from 'node:child_process';
import { chown, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unprivilegedUser } from '../../../local/engines/postgres-user.ts';

const run = promisify(execFile);
/** A database as migrated takes 12 MB; what a scenario stores must fit beside it. */
const MEGABYTES = 80;

/** A file system in memory that can be filled up to its last byte. */
export type SmallDisk = { data: string; fill(): Promise<void>; free(): Promise<void>; unmount(): Promise<void> };

/** Why there can be none on this machine. */
export async function whyNoSmallDisk(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root on Linux may mount a file system';
  return undefined;
}

/** Mounts it on the folder, which must be new. */
export async function mountSmallDisk(folder: string): Promise<SmallDisk> {
  await mkdir(folder);
  await run('mount', ['-t', 'tmpfs', '-o', `size=${MEGABYTES}m,mode=755`, 'tmpfs', folder]);
  const data = join(folder, 'data');
  const ballast = join(folder, 'ballast');
  await mkdir(data, { mode: 0o700 });
  const user = await unprivilegedUser();
  if (user !== undefined) await chown(data, user.uid, user.gid);
  return {
    data,
    async fill() {
      const chunk = Buffer.alloc(MEGABYTES * 2 ** 20);
      await writeFile(ballast, chunk).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOSPC') throw error;
      });
    },
    free: () => rm(ballast, { force: true }),
    async unmount() {
      await run('umount', [folder]);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
