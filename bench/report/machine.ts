import { availableParallelism, cpus, totalmem } from 'node:os';

const BYTES_PER_GIB = 2 ** 30;

/** One line that says what a figure was measured on. */
export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${availableParallelism()} × ${model}, ${Math.round(totalmem() / BYTES_PER_GIB)} GiB, Node ${process.version}`;
}
