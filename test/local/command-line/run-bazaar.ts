import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../../../local/bazaar.ts', import.meta.url));

export type Ended = { status: number | null; output: string; errors: string };

/** Starts the real command in a process of its own, without a database or a key unless they are given. */
export function startBazaar(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [ENTRY, ...args], {
    env: { ...process.env, DATABASE_URL: '', BAZAAR_KEY: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]).then(
    ([output, errors, [status]]): Ended => ({ status, output, errors }),
  );
  return { child, ended };
}

/** Runs it to its end. */
export const runBazaar = (args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended> =>
  startBazaar(args, env).ended;
