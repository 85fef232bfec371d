import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BazaarError } from '../../platform/errors.ts';
import { endLeftover } from '../engines/engine-process.ts';
import { isPortFree } from '../engines/free-port.ts';
import { writePrivateJson } from '../engines/private-file.ts';
import { recordedProcess, recordProcess } from '../engines/process-record.ts';

/** What a script reads of a running system (`runtime.json`). */
export type Runtime = {
  url: string;
  keys: { pk: string; sk: string; ak: string };
  database_url: string;
  bi_url: string;
  kafka: string[] | null;
  pid: number;
};

/** The engines' folders in the data folder. */
export const POSTGRES_FOLDER = 'postgres';
export const JVM_KAFKA_FOLDER = 'kafka-jvm';

/** Children of a start that was killed end by themselves within this time. */
const LEFTOVER_MS = 2_000;
const POLL_MS = 100;

/** Takes the data folder and the port for this process. Throws `BazaarError` (`usage`) when another one has them. */
export async function claimInstance(dataDir: string, port: number): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  const recordFile = join(dataDir, 'system.json');
  const other = await recordedProcess(recordFile);
  if (other !== undefined)
    throw new BazaarError('usage', `${dataDir} is in use by process ${other.pid}; stop it, or give another --data-dir`);
  for (let waitedMs = 0; !(await isPortFree(port)); waitedMs += POLL_MS) {
    if (waitedMs >= LEFTOVER_MS)
      throw new BazaarError('usage', `port ${port} is in use by another program; give another one with --port`);
    await sleep(POLL_MS);
  }
  await recordProcess(recordFile, process.pid);
  await endLeftoverEngines(dataDir);
}

/** Engines that a killed start left: also those that this one, started differently, has no use for. */
async function endLeftoverEngines(dataDir: string): Promise<void> {
  await Promise.all([
    endLeftover({ recordFile: join(dataDir, POSTGRES_FOLDER, 'process.json'), stopSignal: 'SIGINT' }),
    endLeftover({ recordFile: join(dataDir, JVM_KAFKA_FOLDER, 'process.json'), stopSignal: 'SIGTERM' }),
  ]);
}

/** Gives the data folder back. */
export async function releaseInstance(dataDir: string): Promise<void> {
  await removeRuntime(dataDir);
  await rm(join(dataDir, 'system.json'), { force: true });
}

export async function writeRuntime(dataDir: string, runtime: Runtime): Promise<void> {
  await writePrivateJson(join(dataDir, 'runtime.json'), runtime);
}

/** A system that stops must not be found any more. */
export async function removeRuntime(dataDir: string): Promise<void> {
  await rm(join(dataDir, 'runtime.json'), { force: true });
}
