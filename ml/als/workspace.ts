import { createKernels, type Kernels } from './wasm/kernels.ts';
import type { MemoryPlan, SharedMemory } from './wasm/shared-memory.ts';

/** Rows that one thread takes at a time; large enough that the dense part is a product of matrices. */
export const BATCH_ROWS = 32;
export const FLOAT_BYTES = 4;

/** Vectors of factors in shared memory, row after row; behind the last row is room up to a whole batch. */
export type FactorTable = {
  /** In bytes, as all positions. */
  readonly at: number;
  readonly rows: number;
  /** Floats from one row to the next: the number of factors, and zeros up to a whole vector of the kernels. */
  readonly stride: number;
};

export function reserveTable(plan: MemoryPlan, rows: number, stride: number): FactorTable {
  return { at: plan.reserve(batchesOf(rows) * BATCH_ROWS * stride), rows, stride };
}

export function batchesOf(rows: number): number {
  return Math.ceil(rows / BATCH_ROWS);
}

/** What a thread is given when it starts. */
export type Workspace = {
  readonly memory: SharedMemory;
  /** The next part of the job that nobody has taken. */
  readonly counterAt: number;
  /** Room that is the thread's own. */
  readonly scratchAt: number;
};

/** A workspace with its kernels and with the whole memory as numbers; index = position / 4. */
export type WorkContext = Workspace & {
  readonly kernels: Kernels;
  readonly floats: Float32Array;
  readonly words: Uint32Array;
};

export function openWorkspace(workspace: Workspace): WorkContext {
  const { memory } = workspace;
  return {
    ...workspace,
    kernels: createKernels(memory),
    floats: new Float32Array(memory.buffer),
    words: new Uint32Array(memory.buffer),
  };
}
