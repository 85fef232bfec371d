import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** One line of the file without its line break; `line` counts from 1. A longer line than the bound is cut off. */
export type Line = { readonly line: number; readonly text: string };

/** No event may be larger than a whole request (1 MiB), so a longer line is torn and needs no more memory than this. */
const MAX_LINE_CHARS = 1024 * 1024;
const GZIP_MAGIC = 0x1f8b;

/** The file's content as bytes, unpacked when it begins like gzip, whatever its name says. */
export async function openContent(path: string): Promise<Readable> {
  const raw = createReadStream(path);
  if (!(await isGzip(path))) return raw;
  const unpacked = createGunzip();
  raw.on('error', (error) => unpacked.destroy(error));
  return raw.pipe(unpacked);
}

async function isGzip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer.readUInt16BE(0) === GZIP_MAGIC;
  } finally {
    await file.close();
  }
}

/** SHA-256 of the unpacked content: the same data is the same file, wherever it lies and however it is packed. */
export async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of await openContent(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** The lines of the file from number `from` on, with bounded memory. */
export async function* linesOf(path: string, from = 1): AsyncGenerator<Line> {
  const content = await openContent(path);
  content.setEncoding('utf8');
  let line = 0;
  let rest = '';
  try {
    for await (const chunk of content) {
      const texts = (rest + String(chunk)).split('\n');
      rest = (texts.pop() ?? '').slice(0, MAX_LINE_CHARS + 1);
      for (const text of texts) if (++line >= from) yield { line, text: text.replace(/\r$/, '') };
    }
  } finally {
    content.destroy();
  }
  if (rest !== '' && ++line >= from) yield { line, text: rest };
}
