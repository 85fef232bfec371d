import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { inject } from 'vitest';
import { type ProfileName, profileNames } from './profiles.ts';
import type { Synthesized } from './stack-template.ts';

/** Longer than to make them takes on a busy machine. */
const PATIENCE_MS = 60_000;
const POLL_MS = 50;

/**
 * The templates of a profile. The first test file of a run that asks makes all of them, and the others wait for it: to
 * load the CDK and to synthesize takes longer than all tests here.
 */
export async function synthesized(profile: ProfileName): Promise<Synthesized> {
  const folder = join(inject('runFolder'), 'templates');
  const all = join(folder, 'all.json');
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await setTimeout(POLL_MS)) {
    const made = await readFile(all, 'utf8').catch(() => undefined);
    if (made !== undefined) return JSON.parse(made)[profile];
    if (!(await isFirst(folder))) continue;
    await makeAll(all).catch(async (error: unknown) => {
      await rm(folder, { recursive: true });
      throw error;
    });
  }
  throw new Error(`no templates were made within ${PATIENCE_MS} ms`);
}

async function makeAll(file: string): Promise<void> {
  const { synthesize } = await import('./synthesize.ts');
  await writeFile(
    `${file}.new`,
    JSON.stringify(Object.fromEntries(profileNames.map((name) => [name, synthesize(name)]))),
  );
  await rename(`${file}.new`, file);
}

function isFirst(folder: string): Promise<boolean> {
  return mkdir(folder).then(
    () => true,
    () => false,
  );
}
