import { readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BazaarError } from '../../platform/errors.ts';

export type SystemUser = { uid: number; gid: number };

/** Users that exist on the usual systems and own nothing of value. */
const UNPRIVILEGED_NAMES = ['postgres', 'nobody'];

/** PostgreSQL refuses to run as root: then it runs as this user. Undefined for everyone else. */
export async function unprivilegedUser(): Promise<SystemUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const wanted of UNPRIVILEGED_NAMES) {
    const [, , uid, gid] = lines.find(([name]) => name === wanted) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new BazaarError(
    'engine_failed',
    `postgres cannot run as root, and no user ${UNPRIVILEGED_NAMES.join(' or ')} exists`,
  );
}

/** True when the user may pass through every folder above and including `folder` (0700 of another owner forbids it). */
export async function canReach(folder: string, user: SystemUser): Promise<boolean> {
  for (let path = folder; ; path = dirname(path)) {
    const { mode, uid, gid } = await stat(path);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & bit) === 0) return false;
    if (path === dirname(path)) return true;
  }
}
