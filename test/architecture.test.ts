import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as architecture from './architecture/rules.ts';
import { factsOf } from './architecture/source-facts.ts';

const ROOT = resolve(import.meta.dirname, '..');
const rules = { ...architecture };
const FOLDERS = '{events,platform,repositories,ingestion,lambdas,ml,lib,bin,client,dashboards,local,bench,test}';

const paths = globSync(`${FOLDERS}/**/*.ts`, { cwd: ROOT, exclude: (path) => path.includes('node_modules') });
const tree = factsOf(Object.fromEntries(paths.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')])));

/** For each rule a tree that keeps it except at one place. */
const breaches: Record<keyof typeof rules, Record<string, string>> = {
  importTable: { 'events/a.ts': "import '../platform/b.ts';", 'platform/b.ts': '' },
  knownFolders: { 'services/a.ts': '' },
  noCycles: { 'ml/a.ts': "import { b } from './b.ts';", 'ml/b.ts': "const a = () => import('./a.ts');" },
  environmentReaders: { 'ingestion/a.ts': 'export const f = () => process.env.KEY;' },
  bannedNames: { 'platform/string-utils.ts': '' },
  kebabCase: { 'platform/stringCase.ts': '' },
  noBarrels: { 'ml/all.ts': "export { a } from './a.ts';", 'ml/a.ts': 'export const a = 1;' },
  fileLength: { 'ml/a.ts': 'const a = 1;\n'.repeat(251) },
  functionLength: { 'ml/a.ts': `const a = () => {\n${'  a;\n'.repeat(39)}};` },
  medianLength: { 'ml/a.ts': '//\n'.repeat(60) },
  oneDriver: { 'lambdas/a.ts': "import { neon } from '@neondatabase/serverless';" },
  noLocalSwitches: { 'lambdas/a.ts': 'export const f = (stage: string) => stage === "local";' },
  effectsInHandlersOnly: { 'lambdas/process-view/wiring.ts': 'start();' },
};

describe.each(Object.keys(breaches) as (keyof typeof rules)[])('%s', (name) => {
  test('holds in this tree', () => expect(rules[name](tree)).toEqual([]));
  test('fails on a tree that breaks it', () => expect(rules[name](factsOf(breaches[name]))).toHaveLength(1));
});

test('sees the whole tree and each way of importing', () => {
  expect(tree.length).toBeGreaterThan(50);
  const forms = "import type { A } from './t.ts'; export * from '../ml/s.ts'; const f = () => import('./d.ts');";
  expect(factsOf({ 'lib/x.ts': forms })[0]?.imports).toEqual(['lib/t.ts', 'ml/s.ts', 'lib/d.ts']);
});
