import { BazaarError } from '../../platform/errors.ts';
import { ndjson } from './ndjson.ts';
import { rees46, rees46Columns } from './rees46.ts';
import { retailrocket, retailrocketColumns } from './retailrocket.ts';
import type { Format } from './row.ts';
import { linesOf } from './source-file.ts';

export const formatNames = ['rees46', 'retailrocket', 'ndjson'] as const;
export type FormatName = (typeof formatNames)[number];

/** The format that a file's first line shows. Throws `usage` when it shows none that we know. */
export function guessFormat(firstLine: string): FormatName {
  const header = firstLine.replace(/^\uFEFF/, '').trim();
  if (header.startsWith(rees46Columns.join(','))) return 'rees46';
  if (header.startsWith(retailrocketColumns.join(','))) return 'retailrocket';
  if (header.startsWith('{')) return 'ndjson';
  const got = header.slice(0, 80);
  throw new BazaarError(
    'usage',
    `format not recognised: first line is "${got}"; give --format ${formatNames.join('|')}`,
  );
}

/** Reads what is needed to map the lines of this file, guessing the format when none is given. */
export async function openFormat(path: string, name: FormatName | undefined): Promise<Format> {
  switch (name ?? guessFormat(await firstLineOf(path))) {
    case 'rees46':
      return rees46;
    case 'retailrocket':
      return retailrocket(linesOf(path));
    case 'ndjson':
      return ndjson;
  }
}

async function firstLineOf(path: string): Promise<string> {
  for await (const { text } of linesOf(path)) if (text.trim() !== '') return text;
  throw new BazaarError('usage', `file is empty: ${path}`);
}
