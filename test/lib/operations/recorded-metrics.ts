import { globSync, readFileSync } from 'node:fs';
import { join, posix, resolve } from 'node:path';
import { metricUnits } from '../../../platform/metrics.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
/** Names all metrics, and records none. */
const CATALOGUE = 'platform/metrics.ts';
const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');

/**
 * What each function records, by the name that its handler gives to its metrics: those that stand as a property somewhere
 * in the code which the handler loads.
 */
export function recordedMetrics(): Map<string, string[]> {
  const handlers = globSync('{ingestion,lambdas}/**/handler.ts', { cwd: ROOT });
  return new Map(
    handlers.flatMap((handler): [string, string[]][] => {
      const service = /createMetrics\('([\w-]+)'\)/.exec(read(handler))?.[1];
      if (service === undefined) return [];
      const code = [...loadedBy(handler)].map(read).join('\n');
      return [[service, Object.keys(metricUnits).filter((name) => new RegExp(`\\b${name}:`).test(code))]];
    }),
  );
}

function loadedBy(path: string, known = new Set<string>()): Set<string> {
  if (known.has(path) || path === CATALOGUE) return known;
  known.add(path);
  for (const [, target = ''] of read(path).matchAll(/from '(\.[^']+\.ts)'/g))
    loadedBy(posix.join(posix.dirname(path), target), known);
  return known;
}
