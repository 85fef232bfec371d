/** The JDBC driver, from Maven Central: Spark fetches it itself, and so do tests (`test/brackets/spark.ts`). */
export const JDBC_DRIVER = 'org.postgresql:postgresql:42.7.8';

/** One size for driver and executors, within what a worker of four processors may have (8 to 30 GB). */
const WORKER_CORES = 4;
const WORKER_HEAP = '18g';
/** For Python: the factors of all products, and their cosines with a block of them. */
const WORKER_OVERHEAD = '8g';
/** Pairs of long visits are many while they are added up; 20 GB are the default. */
const WORKER_DISK = '100G';
/** So that a slow task does not keep the others waiting. */
const TASKS_PER_CORE = 2;

export type SparkFiles = {
  /** Addresses in S3. */
  modules: string;
  packages: string;
  maxVcpu: number;
};

/** What `spark-submit` is told beside the entry point. */
export function sparkSubmitParameters({ modules, packages, maxVcpu }: SparkFiles): string {
  const executors = Math.max(1, Math.floor(maxVcpu / WORKER_CORES) - 1);
  const tasks = executors * WORKER_CORES * TASKS_PER_CORE;
  const settings = {
    'spark.jars.packages': JDBC_DRIVER,
    'spark.submit.pyFiles': modules,
    'spark.archives': `${packages}#packages`,
    'spark.emr-serverless.driverEnv.PYTHONPATH': './packages',
    'spark.executorEnv.PYTHONPATH': './packages',
    'spark.driver.cores': WORKER_CORES,
    'spark.driver.memory': WORKER_HEAP,
    'spark.driver.memoryOverhead': WORKER_OVERHEAD,
    'spark.executor.cores': WORKER_CORES,
    'spark.executor.memory': WORKER_HEAP,
    'spark.executor.memoryOverhead': WORKER_OVERHEAD,
    'spark.emr-serverless.executor.disk': WORKER_DISK,
    'spark.dynamicAllocation.maxExecutors': executors,
    'spark.default.parallelism': tasks,
    'spark.sql.shuffle.partitions': tasks,
  };
  return Object.entries(settings)
    .map(([name, value]) => `--conf ${name}=${value}`)
    .join(' ');
}
