import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../../../local/bazaar.ts', import.meta.url));

/** Starts the command as `npm run evaluate` does; `end()` gives its status and what it wrote. */
export function startEvaluate(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child: ChildProcess = spawn(process.execPath, [ENTRY, 'evaluate', ...args], {
    env: { ...process.env, DATABASE_URL: undefined, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr?.on('data', (chunk) => {
    errors += String(chunk);
  });
  const output = child.stdout === null ? '' : text(child.stdout);
  const exited = once(child, 'exit');
  return {
    child,
    errors: () => errors,
    async end(): Promise<{ status: number | null; output: string; errors: string }> {
      const [status] = await exited;
      return { status, output: await output, errors };
    },
  };
}

/** The object in the last line. */
export function lastLine(output: string): { metrics: Record<string, number | null>; [key: string]: unknown } {
  return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '');
}
