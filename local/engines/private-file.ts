import { readFile, rename, writeFile } from 'node:fs/promises';
import type { z } from 'zod';
import { BazaarError } from '../../platform/errors.ts';

/** Reads a JSON file of ours, or undefined when there is none. Throws `BazaarError` when it is damaged. */
export async function readPrivateJson<T>(file: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : parse(file, text, schema);
}

function parse<T>(file: string, text: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new BazaarError('config_invalid', `${file} is damaged or of another version; remove it to begin anew`, {
      cause,
    });
  }
}

/** Writes JSON that only this user may read (0600), whole or not at all. */
export async function writePrivateJson(file: string, value: unknown): Promise<void> {
  const partial = `${file}.${process.pid}`;
  await writeFile(partial, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await rename(partial, file);
}
