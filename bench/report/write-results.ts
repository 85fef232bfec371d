import { mkdir, writeFile } from 'node:fs/promises';
import { machine } from './machine.ts';

const RESULTS = new URL('../results/', import.meta.url);

/**
 * Writes `bench/results/NAME.json` with the machine, the command and the day beside what was measured.
 *
 * @param command what to type to measure it again.
 */
export async function writeResults(name: string, command: string, measured: object): Promise<void> {
  await mkdir(RESULTS, { recursive: true });
  const day = new Date().toISOString().slice(0, 10);
  const results = { machine: machine(), command, measured_on: day, ...measured };
  await writeFile(new URL(`${name}.json`, RESULTS), `${JSON.stringify(results, undefined, 2)}\n`);
}
