import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { benchmarks } from './benchmarks.ts';

/**
 * Runs one benchmark in a process of its own, so that none measures what another left in memory:
 *
 *   npm run bench -- NAME [OPTIONS]      without a name: the list
 */
const USAGE_STATUS = 2;
const [name = '', ...options] = process.argv.slice(2);
const chosen = Object.hasOwn(benchmarks, name) ? benchmarks[name] : undefined;

if (chosen === undefined) {
  if (name !== '') console.error(`there is no benchmark "${name}"; allowed: ${Object.keys(benchmarks).join(', ')}`);
  console.table(Object.fromEntries(Object.entries(benchmarks).map(([key, { shows }]) => [key, { shows }])));
  process.exitCode = name === '' ? 0 : USAGE_STATUS;
} else {
  const script = fileURLToPath(new URL(chosen.script, import.meta.url));
  const child = spawn(process.execPath, [script, ...options], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.once('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
