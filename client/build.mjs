/**
 * Builds what is published, into dist/: `npm run build`. `tracker.js` is for pages, `node-tracker.js` knows secret keys as
 * well. The declarations name nothing outside of this package.
 */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('.', import.meta.url));
const shared = {
  absWorkingDir: here,
  bundle: true,
  format: 'esm',
  target: 'es2022',
  outdir: 'dist',
  logLevel: 'warning',
};

rmSync(`${here}dist`, { recursive: true, force: true });
await build({ ...shared, entryPoints: ['src/tracker.ts'], minify: true });
await build({ ...shared, entryPoints: ['src/node-tracker.ts'] });
execFileSync('tsc', ['-p', 'tsconfig.build.json'], {
  cwd: here,
  stdio: 'inherit',
  shell: process.platform === 'win32',
});
// Names as they are in this folder; the compiler leaves those of the sources.
for (const file of globSync(`${here}dist/types/*.d.ts`))
  writeFileSync(file, readFileSync(file, 'utf8').replace(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'"));
