import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { BazaarError } from '../../platform/errors.ts';
import { pythonVenv } from '../../test/brackets/python-venv.ts';
import { median } from '../report/quantiles.ts';
import { writeResults } from '../report/write-results.ts';
import { accuracyOf, type Continuation } from './als-accuracy.ts';
import { matrixOfSessions, readLines, writeMatrix } from './als-matrix-files.ts';

/**
 * Our ALS beside that of the Python library `implicit`: the same matrix, parameters and threads, in turns, at a quarter,
 * half and the whole of the sessions; then how well both sets of factors foretell the next product.
 *
 *   npm run bench -- training SESSIONS CONTINUATIONS
 *
 * SESSIONS: one a line, product ids with spaces between, oldest first. CONTINUATIONS: a session so far, a tab, the next
 * product. Both may be packed with gzip.
 */
const SETTINGS = { factors: 128, iterations: 15, alpha: 200, regularization: 10, seed: 1, threads: 2 };
const IMPLICIT_VERSION = '0.7.2';
const ROUNDS = 3;
const SHARES = [0.25, 0.5, 1];
const SAMPLE = 3000;
const RUN_TIMEOUT_MS = 600_000;
const COMMAND = 'npm run bench -- training SESSIONS CONTINUATIONS';

const runSchema = z.object({
  seconds: z.number(),
  /** Of all threads: other load on the machine hardly changes it. */
  cpu_seconds: z.number(),
  peak_mb: z.number(),
  versions: z.string().optional(),
  neighbours_seconds: z.number().optional(),
  neighbours_peak_mb: z.number().optional(),
});
type Run = z.infer<typeof runSchema>;

function run(program: string, script: string, folder: string): Run {
  const args = [fileURLToPath(new URL(script, import.meta.url)), folder, JSON.stringify(SETTINGS)];
  // As `implicit` asks for: its own threads share the rows, and those of BLAS would stand in their way.
  const env = { ...process.env, OPENBLAS_NUM_THREADS: '1' };
  return runSchema.parse(JSON.parse(execFileSync(program, args, { env, encoding: 'utf8', timeout: RUN_TIMEOUT_MS })));
}

const rounded = (value: number, digits = 2) => Number(value.toFixed(digits));
const secondsOf = (runs: readonly Run[]) => runs.map(({ seconds }) => rounded(seconds));
const cpuOf = (runs: readonly Run[]) => runs.map(({ cpu_seconds }) => rounded(cpu_seconds));
const peakOf = (runs: readonly Run[]) => Math.round(Math.max(...runs.map(({ peak_mb }) => peak_mb)));

/** Trains in turns, so that both see the same other load. */
function compare(folder: string, python: string, sessions: readonly string[]) {
  const { matrix } = matrixOfSessions(sessions);
  writeMatrix(folder, matrix);
  const rounds = Array.from({ length: ROUNDS }, () => ({
    ours: run(process.execPath, 'als-train-once.ts', folder),
    implicit: run(python, 'als_implicit.py', folder),
  }));
  const [ours, theirs] = [rounds.map((round) => round.ours), rounds.map((round) => round.implicit)];
  const row = {
    ...{ sessions: matrix.rowCount, products: matrix.columnCount },
    events: sessions.reduce((sum, session) => sum + session.split(' ').length, 0),
    ...{ entries: matrix.columns.length, our_seconds: secondsOf(ours), implicit_seconds: secondsOf(theirs) },
    ratio: rounded(median(secondsOf(ours)) / median(secondsOf(theirs))),
    ...{ our_cpu_seconds: cpuOf(ours), implicit_cpu_seconds: cpuOf(theirs) },
    cpu_ratio: rounded(median(cpuOf(ours)) / median(cpuOf(theirs))),
    ...{ our_peak_mb: peakOf(ours), implicit_peak_mb: peakOf(theirs) },
    neighbours_seconds: ours.map(({ neighbours_seconds = Number.NaN }) => rounded(neighbours_seconds)),
    neighbours_peak_mb: Math.round(Math.max(...ours.map(({ neighbours_peak_mb = 0 }) => neighbours_peak_mb))),
  };
  return { row, versions: theirs[0]?.versions };
}

/** Evenly spread over the file. */
function sampleContinuations(file: string): Continuation[] {
  const lines = readLines(file);
  const step = Math.max(1, lines.length / SAMPLE);
  return Array.from({ length: Math.min(SAMPLE, lines.length) }, (_, index) => {
    const [prefix = '', target = ''] = (lines[Math.floor(index * step)] ?? '').split('\t');
    return { prefix: prefix.split(' '), target };
  });
}

function readFactors(folder: string, file: string): Float32Array {
  return new Float32Array(new Uint8Array(readFileSync(path.join(folder, file))).buffer);
}

const [sessionsFile, continuationsFile] = process.argv.slice(2);
if (sessionsFile === undefined || continuationsFile === undefined) throw new BazaarError('usage', `usage: ${COMMAND}`);
const python = await pythonVenv({
  ...{ name: `implicit-${IMPLICIT_VERSION}`, packages: [`implicit==${IMPLICIT_VERSION}`], modules: ['implicit'] },
});
if (python === undefined) throw new BazaarError('engine_failed', 'no python3 of 3.10 or newer with venv was found');

const folder = mkdtempSync(path.join(tmpdir(), 'bazaar-als-'));
try {
  const sessions = readLines(sessionsFile);
  const compared = SHARES.map((share) => compare(folder, python, sessions.slice(0, sessions.length * share)));
  // The last comparison, of all sessions, left its factors there.
  const { products } = matrixOfSessions(sessions);
  const continuations = sampleContinuations(continuationsFile);
  const accuracy = ['ours', 'implicit'].map((name) => {
    const { hr_at_20, mrr_at_20 } = accuracyOf(
      readFactors(folder, `${name}.f32`),
      SETTINGS.factors,
      products,
      continuations,
    );
    return { name, hr_at_20: rounded(hr_at_20, 4), mrr_at_20: rounded(mrr_at_20, 4) };
  });
  const rows = compared.map(({ row }) => row);
  console.table(rows);
  console.table(accuracy);
  await writeResults('training', COMMAND, {
    ...{ library: compared[0]?.versions, settings: SETTINGS, rounds: ROUNDS, rows, continuations: SAMPLE, accuracy },
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
