import { assembleModule } from './assembler.ts';
import { multiply } from './multiply-kernel.ts';
import { instantiate, type SharedMemory } from './shared-memory.ts';
import { addEntries, combine, dot } from './vector-kernels.ts';

/**
 * The inner loops, which JavaScript runs one float at a time and WebAssembly four. All positions and strides are in
 * bytes of the shared memory. Without fused multiplications, so that every processor gives the same bits.
 */
export type Kernels = {
  /** Σ a·b over so many bytes. */
  dot(a: number, b: number, bytes: number): number;
  /** to = to · keep + from · scale. */
  combine(to: number, keep: number, from: number, scale: number, bytes: number): void;
  /**
   * C += A · B. Rows of A and C are a multiple of TILE_ROWS; B and C are cut in panels of TILE_COLUMNS columns. Element
   * (i, k) of A is at `a + i·aRow + k·aDepth`, (k, j) of B at `b + panel·bPanel + k·bDepth + lane`, and C has its panels
   * side by side in rows of `cRow` bytes. Nothing may be empty.
   */
  multiply(
    ...args: [
      ...[a: number, aRow: number, aDepth: number, b: number, bPanel: number, bDepth: number],
      ...[c: number, cRow: number, rows: number, panels: number, depth: number],
    ]
  ): void;
  /**
   * out += Σ ((c − 1)·(y·x) − share·c)·y over one row's entries, at least one: from `indices` up to `indicesEnd` their
   * columns, from `values` their confidences c; y is the column's vector in the table at `vectors`.
   */
  addEntries(
    ...args: [
      ...[indices: number, indicesEnd: number, values: number, vectors: number, x: number, out: number],
      ...[share: number, bytes: number],
    ]
  ): void;
};

/** Compiles the kernels, in a few milliseconds, for the memory that they will work on. */
export function createKernels(memory: SharedMemory): Kernels {
  return instantiate(assembleModule({ dot, combine, multiply, addEntries }), memory) as Kernels;
}
