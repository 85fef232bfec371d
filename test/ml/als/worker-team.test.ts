import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterEach, expect, test } from 'vitest';
import { trainAls } from '../../../ml/als/train-als.ts';
import { randomMatrix } from './random-matrix.ts';

const OPTIONS = { alpha: 5, regularization: 1, seed: 1, factors: 32, threads: 2 };

/** Node's report names each running worker; looking up the names of network peers would only take time. */
function runningThreads(): number {
  Object.assign(process.report, { excludeNetwork: true });
  return (process.report.getReport() as { workers: unknown[] }).workers.length;
}

afterEach(() => expect(runningThreads()).toBe(0));

test.each([
  ['failing-worker.ts', 'a thread of the training failed: no solution today'],
  ['ending-worker.ts', 'a thread of the training ended by itself with code 3'],
  ['missing-worker.ts', expect.stringContaining('missing-worker.ts')],
])('passes on how a thread came to its end, and ends the others (%s)', async (file, message) => {
  const workerEntry = new URL(file, import.meta.url);
  const training = trainAls(randomMatrix(3000, 200, 9000), { ...OPTIONS, workerEntry });
  await expect(training).rejects.toMatchObject({ code: 'training_failed', message });
});

test.each([1, 2])('stops when it is told to, with the reason that it was given (%i threads)', async (threads) => {
  const controller = new AbortController();
  const seen: number[] = [];
  const onProgress = (iteration: number) => {
    seen.push(iteration);
    if (iteration === 2) controller.abort(new Error('enough'));
  };
  const options = { ...OPTIONS, threads, onProgress, signal: controller.signal };
  await expect(trainAls(randomMatrix(300, 200, 900), options)).rejects.toThrow('enough');
  expect(seen).toEqual([1, 2]);
  const already = { ...OPTIONS, threads, signal: AbortSignal.abort(new Error('too late')) };
  await expect(trainAls(randomMatrix(300, 200, 900), already)).rejects.toThrow('too late');
});

test('tells of each iteration', async () => {
  const seen: string[] = [];
  const onProgress = (iteration: number, iterations: number) => seen.push(`${iteration}/${iterations}`);
  await trainAls(randomMatrix(30, 20, 90), { ...OPTIONS, iterations: 3, onProgress });
  expect(seen).toEqual(['1/3', '2/3', '3/3']);
});

test('finds its worker beside the bundle, and the program ends by itself', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'als-bundle-'));
  try {
    const source = (path: string) => JSON.stringify(fileURLToPath(new URL(`../../../${path}`, import.meta.url)));
    const entry = join(folder, 'entry.ts');
    await writeFile(
      entry,
      `import { trainAls } from ${source('ml/als/train-als.ts')};
       import { randomMatrix } from ${source('test/ml/als/random-matrix.ts')};
       const model = await trainAls(randomMatrix(300, 200, 900), ${JSON.stringify(OPTIONS)});
       process.stdout.write(Buffer.from(model.itemFactors.buffer).toString('base64'));`,
    );
    await build({
      entryPoints: {
        index: entry,
        'als-worker': fileURLToPath(new URL('../../../ml/als/als-worker.ts', import.meta.url)),
      },
      ...{ outdir: folder, outExtension: { '.js': '.mjs' }, bundle: true, minify: true },
      ...{ platform: 'node', format: 'esm', target: 'node24' },
    });
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'index.mjs')], { timeout: 30_000 });
    const { itemFactors } = await trainAls(randomMatrix(300, 200, 900), OPTIONS);
    expect(stdout).toBe(Buffer.from(itemFactors.buffer).toString('base64'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
