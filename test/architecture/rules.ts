import { basename } from 'node:path';
import type { SourceFacts } from './source-facts.ts';

/** A rule gives one line for each place that breaks it. */
export type Rule = (files: readonly SourceFacts[]) => string[];

const ANYTHING = ['local', 'bench', 'test'];
/** Design, section 2: which folders a folder may import from, beside itself. */
const allowedImports: Record<string, readonly string[]> = {
  events: [],
  platform: [],
  repositories: ['events', 'platform'],
  ingestion: ['events', 'platform'],
  lambdas: ['events', 'platform', 'repositories', 'ml'],
  ml: ['events', 'platform', 'repositories'],
  lib: ['events', 'platform', 'dashboards'],
  bin: ['events', 'platform', 'lib'],
  client: [],
  dashboards: [],
};
const MAX_FILE_LINES = 250;
const MAX_FUNCTION_LINES = 40;
const MAX_MEDIAN_LINES = 60;
const DRIVER = '@neondatabase/serverless';

const folderOf = (path: string) => path.split('/')[0] ?? '';
const isOurs = (path: string) => path.endsWith('.ts') && !path.startsWith('@') && path.includes('/');
const isProduction = (file: SourceFacts) => folderOf(file.path) in allowedImports;

export const importTable: Rule = (files) =>
  files.flatMap((file) => {
    const from = folderOf(file.path);
    return file.imports.filter(isOurs).flatMap((target) => {
      const to = folderOf(target);
      const isAllowed =
        from === to || (ANYTHING.includes(from) ? mayUse(from, to) : allowedImports[from]?.includes(to));
      return isAllowed ? [] : [`${file.path} imports ${target}: ${from} may not import from ${to}`];
    });
  });

/** Nobody builds on benchmarks and tests, except each other. */
function mayUse(from: string, to: string): boolean {
  return from === 'local' ? to !== 'test' && to !== 'bench' : true;
}

export const knownFolders: Rule = (files) =>
  files
    .filter((file) => file.path.includes('/') && !isProduction(file) && !ANYTHING.includes(folderOf(file.path)))
    .map((file) => `${file.path}: folder is not in the table`);

export const noCycles: Rule = (files) => {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) found.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
    if (done.has(path) || trail.includes(path)) return;
    for (const next of byPath.get(path)?.imports ?? []) if (byPath.has(next)) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const { path } of files) visit(path, []);
  return found;
};

export const environmentReaders: Rule = (files) =>
  files
    .filter((file) => file.readsEnvironment && !['platform', 'bin', ...ANYTHING].includes(folderOf(file.path)))
    .map((file) => `${file.path} reads process.env: only platform does`);

export const bannedNames: Rule = (files) =>
  files.flatMap(({ path }) => {
    const names = path.replace(/\.(test\.)?ts$/, '').split(/[/.-]/);
    const banned = names.filter((name) => ['utils', 'util', 'helpers', 'helper', 'common', 'misc'].includes(name));
    return banned.map((name) => `${path}: "${name}" says nothing about what lives there`);
  });

export const kebabCase: Rule = (files) =>
  files
    .filter(({ path }) => !/^[a-z0-9-]+(\.(test|config|d|repository))?\.ts$/.test(basename(path)))
    .map(({ path }) => path);

export const noBarrels: Rule = (files) =>
  files.filter((file) => file.isBarrel || basename(file.path) === 'index.ts').map((file) => `${file.path} is a barrel`);

export const fileLength: Rule = (files) =>
  files.filter((file) => file.lines > MAX_FILE_LINES).map((file) => `${file.path}: ${file.lines} lines`);

/** Tests describe cases inside one long callback; their length is the file's. */
export const functionLength: Rule = (files) =>
  files
    .filter((file) => !file.path.endsWith('.test.ts'))
    .flatMap((file) =>
      file.functions
        .filter(({ lines }) => lines > MAX_FUNCTION_LINES)
        .map(({ name, lines }) => `${file.path}: ${name} has ${lines} lines`),
    );

export const medianLength: Rule = (files) => {
  const lines = files.map((file) => file.lines).sort((a, b) => a - b);
  const median = lines[Math.floor(lines.length / 2)] ?? 0;
  return median < MAX_MEDIAN_LINES ? [] : [`the median file has ${median} lines`];
};

export const oneDriver: Rule = (files) =>
  files
    .filter((file) => file.imports.includes(DRIVER))
    .filter((file) => file.path !== 'repositories/neon-database.ts' && !ANYTHING.includes(folderOf(file.path)))
    .map((file) => `${file.path} imports the driver`);

/** Engines of one machine and of tests never reach what is deployed. */
export const noLocalSwitches: Rule = (files) =>
  files
    .filter(isProduction)
    .filter((file) => file.readsLocalSwitch)
    .map((file) => `${file.path} asks whether it runs locally or under test`);

/** Handlers are started by Lambda, commands by people, workers by a thread of ours. */
const isEntry = (path: string) =>
  folderOf(path) === 'bin' || basename(path) === 'handler.ts' || path.endsWith('-worker.ts');

export const effectsInHandlersOnly: Rule = (files) =>
  files
    .filter((file) => isProduction(file) && !isEntry(file.path))
    .flatMap((file) => file.effects.map((effect) => `${file.path} acts on import: ${effect.split('\n')[0]}`));
