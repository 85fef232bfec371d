import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Loaded into the Node processes of the soaked system (`--import`, with `--expose-gc`): on SIGUSR2 the process collects its
 * garbage and writes what is left to `HEAP_FOLDER/PID.json`, in bytes.
 */
process.on('SIGUSR2', () => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  const file = join(process.env.HEAP_FOLDER ?? '.', `${process.pid}.json`);
  writeFileSync(`${file}.new`, JSON.stringify({ heapUsed, external }));
  renameSync(`${file}.new`, file);
});
