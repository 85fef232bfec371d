/**
 * Spark on this machine, in two threads and 2 GB, fetched the first time from PyPI (400 MB):
 *
 *   const spark = await findSpark();             // undefined without Python with venv, Java 17 and Maven
 *   const { exitCode, output } = await spark.train(modelVersion, { databaseUrl });
 */
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { JDBC_DRIVER } from '../../lib/training/spark-submit-parameters.ts';
import { hasJavaAndMaven } from '../../local/engines/kafka-jars.ts';
import { pythonVenv } from './python-venv.ts';

/** That of emr-7.13.0. */
const SPARK_VERSION = '3.5.6';
const SPARK_FOLDER = fileURLToPath(new URL('../../ml/spark/', import.meta.url));
const RUN_TIMEOUT_MS = 420_000;
const FETCH_TIMEOUT_MS = 120_000;
const MAX_OUTPUT_BYTES = 100_000_000;

export type Spark = {
  train(modelVersion: string, options: { databaseUrl: string }): Promise<{ exitCode: number; output: string }>;
};

export async function findSpark(): Promise<Spark | undefined> {
  if (!(await hasJavaAndMaven())) return undefined;
  const packages = (await readFile(join(SPARK_FOLDER, 'requirements.txt'), 'utf8'))
    .split('\n')
    .filter((line) => /^\w/.test(line));
  const python = await pythonVenv({
    name: `pyspark-${SPARK_VERSION}`,
    packages: [`pyspark==${SPARK_VERSION}`, ...packages],
    modules: ['pyspark', 'numpy'],
  });
  if (python === undefined) return undefined;
  const jar = await jdbcJar();
  return { train: (modelVersion, { databaseUrl }) => run(python, jar, modelVersion, databaseUrl) };
}

async function run(python: string, jar: string, modelVersion: string, databaseUrl: string) {
  const settings = ['spark.ui.enabled=false', 'spark.default.parallelism=2', 'spark.sql.shuffle.partitions=4'];
  const args = ['--master local[2]', '--driver-memory 2g', `--jars ${jar}`, ...settings.map((s) => `--conf ${s}`)];
  const env = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    PYSPARK_SUBMIT_ARGS: `${args.join(' ')} pyspark-shell`,
    PYSPARK_PYTHON: python,
    PYTHONPATH: SPARK_FOLDER,
    SPARK_LOCAL_IP: '127.0.0.1',
    PYTHONDONTWRITEBYTECODE: '1',
  };
  const ended = promisify(execFile)(python, [join(SPARK_FOLDER, 'train.py'), modelVersion], {
    ...{ env, timeout: RUN_TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES },
  });
  return ended.then(
    ({ stdout, stderr }) => ({ exitCode: 0, output: stdout + stderr }),
    (error: { code?: unknown; stdout?: string; stderr?: string }) => ({
      exitCode: typeof error.code === 'number' ? error.code : -1,
      output: `${error.stdout ?? ''}${error.stderr ?? ''}`,
    }),
  );
}

/** The JDBC driver from Maven Central, kept in the user's cache. */
async function jdbcJar(): Promise<string> {
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bazaarstream');
  const [, artifact, version] = JDBC_DRIVER.split(':');
  const jar = join(cache, `${artifact}-${version}.jar`);
  const isThere = () =>
    access(jar).then(
      () => true,
      () => false,
    );
  if (await isThere()) return jar;
  await mkdir(cache, { recursive: true });
  const partial = await mkdtemp(join(cache, 'fetch-'));
  try {
    const goal = ['dependency:copy', `-Dartifact=${JDBC_DRIVER}`, `-DoutputDirectory=${partial}`];
    await promisify(execFile)('mvn', ['-q', '-B', ...goal], { timeout: FETCH_TIMEOUT_MS, cwd: partial });
    await rename(join(partial, `${artifact}-${version}.jar`), jar);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
  return jar;
}
