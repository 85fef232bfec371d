import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { StageName } from '../../platform/stage-settings.ts';
import type { Site } from './site.ts';

/** The command behind `npm run keys` for a stage: what it prints. */
export function keysCommand(
  { checkout, ministack }: Pick<Site, 'checkout' | 'ministack'>,
  stage: StageName,
): (...args: string[]) => Promise<string> {
  const options = { cwd: checkout, env: { PATH: process.env.PATH, ...ministack.env } };
  return async (...args) => {
    const { stdout } = await promisify(execFile)(process.execPath, ['bin/keys.ts', ...args, '--stage', stage], options);
    return stdout.trim();
  };
}
