import { BazaarError } from '../../../platform/errors.ts';

/** A memory that all threads see and that kernels work on. */
export type SharedMemory = { readonly buffer: SharedArrayBuffer };

/** What we use of WebAssembly: Node's types leave it to the browser's. */
declare const WebAssembly: {
  Memory: new (limits: { initial: number; maximum: number; shared: true }) => SharedMemory;
  Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  Instance: new (module: object, imports: { env: { memory: SharedMemory } }) => { exports: object };
};

const PAGE_BYTES = 65_536;
/** 4 GiB less one page, so that the end of the last vector is still a number of 32 bits. */
const MAX_PAGES = 65_535;
const WORD_BYTES = 4;
/** A line of the processor's cache: no two regions share one. */
const ALIGNMENT_BYTES = 64;

/** Adds up what a calculation needs, then makes the memory. Positions are in bytes; a word is a float or an integer. */
export class MemoryPlan {
  #bytes = 0;

  reserve(words: number): number {
    const at = this.#bytes;
    this.#bytes += Math.ceil((words * WORD_BYTES) / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
    return at;
  }

  /** @throws BazaarError (`usage`) above 4 GiB, the most that WebAssembly can address. */
  create(): SharedMemory {
    const pages = Math.max(1, Math.ceil(this.#bytes / PAGE_BYTES));
    if (pages > MAX_PAGES) {
      const gigabytes = (this.#bytes / 1e9).toFixed(1);
      throw new BazaarError('usage', `the model is too large: ${gigabytes} GB of memory; at most 4.2 GB are allowed`);
    }
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  }
}

export function floatsAt(memory: SharedMemory, at: number, length: number): Float32Array {
  return new Float32Array(memory.buffer, at, length);
}

export function instantiate(module: Uint8Array<ArrayBuffer>, memory: SharedMemory): object {
  return new WebAssembly.Instance(new WebAssembly.Module(module), { env: { memory } }).exports;
}
