import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** Before each record: its length and its checksum, four bytes each. */
const HEADER_BYTES = 8;
/** Far above any event; a longer length is what a torn or foreign write looks like. */
const MAX_RECORD_BYTES = 64 * 1024 * 1024;

/**
 * The records of one partition, appended to one file. A record counts once it is synced to disk; an append that was
 * torn by a crash is cut off when the file is opened again.
 */
export class PartitionFile {
  readonly #file: FileHandle;
  /** Where each record begins, and at the end where the next one will. */
  readonly #positions: number[];
  #pending: { bodies: readonly Buffer[]; resolve: () => void; reject: (error: unknown) => void }[] = [];
  #writing: Promise<void> | undefined;

  private constructor(file: FileHandle, positions: number[]) {
    this.#file = file;
    this.#positions = positions;
  }

  static async open(path: string): Promise<PartitionFile> {
    const file = await open(path, 'a+', 0o600);
    const positions = await scan(file);
    await file.truncate(positions.at(-1) ?? 0);
    return new PartitionFile(file, positions);
  }

  /** The offset that the next record gets. */
  get end(): number {
    return this.#positions.length - 1;
  }

  /** Resolves when the bodies are on disk, in their order. Appends that wait for the disk are written together. */
  append(bodies: readonly Buffer[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ bodies, resolve, reject });
      this.#writing ??= this.#writeAll().finally(() => {
        this.#writing = undefined;
      });
    });
  }

  /** At most `max` bodies from the offset on. */
  async read(offset: number, max: number): Promise<Buffer[]> {
    const last = Math.min(offset + max, this.end);
    const [from, to] = [this.#positions[offset], this.#positions[last]];
    if (offset >= last || from === undefined || to === undefined) return [];
    const bytes = Buffer.alloc(to - from);
    await this.#file.read(bytes, 0, bytes.length, from);
    return Array.from({ length: last - offset }, (_, index) => {
      const begin = (this.#positions[offset + index] ?? 0) - from + HEADER_BYTES;
      return bytes.subarray(begin, (this.#positions[offset + index + 1] ?? 0) - from);
    });
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  async #writeAll(): Promise<void> {
    while (this.#pending.length > 0) {
      const appends = this.#pending;
      this.#pending = [];
      try {
        await this.#write(appends.flatMap(({ bodies }) => bodies));
        for (const { resolve } of appends) resolve();
      } catch (error) {
        for (const { reject } of appends) reject(error);
      }
    }
  }

  async #write(bodies: readonly Buffer[]): Promise<void> {
    const start = this.#positions.at(-1) ?? 0;
    try {
      await this.#file.appendFile(Buffer.concat(bodies.flatMap((body) => [headerOf(body), body])));
      await this.#file.datasync();
    } catch (error) {
      await this.#file.truncate(start);
      throw error;
    }
    let position = start;
    for (const body of bodies) {
      position += HEADER_BYTES + body.length;
      this.#positions.push(position);
    }
  }
}

function headerOf(body: Buffer): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(body.length, 0);
  header.writeUInt32BE(crc32(body), 4);
  return header;
}

/** The positions of all records up to the first one that is not whole. */
async function scan(file: FileHandle): Promise<number[]> {
  const bytes = await file.readFile();
  const positions = [0];
  for (let position = 0; position + HEADER_BYTES <= bytes.length; ) {
    const end = position + HEADER_BYTES + bytes.readUInt32BE(position);
    if (end > bytes.length || end - position > MAX_RECORD_BYTES) break;
    if (crc32(bytes.subarray(position + HEADER_BYTES, end)) !== bytes.readUInt32BE(position + 4)) break;
    positions.push(end);
    position = end;
  }
  return positions;
}
