import { readFileSync } from 'node:fs';
import { type Changes, fixLetter } from '../../lambdas/dead-letters/fix-letter.ts';
import type { Json } from '../../lambdas/dead-letters/merge-patch.ts';
import { objectIn } from '../../lambdas/dead-letters/record-of-letter.ts';
import { BazaarError } from '../../platform/errors.ts';
import { storeFix } from '../../repositories/letter-repairs.repository.ts';
import { printable } from '../command-line/printable.ts';
import { type LettersOptions, letterOf, stateOf, withLetters } from './letters.ts';
import { redactPayload } from './redact.ts';

export type FixOptions = LettersOptions & {
  set?: Changes['values'] | undefined;
  unset?: string[] | undefined;
  patch?: Json | undefined;
  file?: string | undefined;
  dryRun?: true | undefined;
};

/** Puts a corrected record beside a letter's payload; `replay` stores it. */
export async function runFix(id: string, options: FixOptions): Promise<number> {
  const changes = changesOf(options);
  const payload = await withLetters(options, async (database) => {
    const letter = await letterOf(database, id);
    const state = stateOf(letter);
    if (state === 'replayed' || state === 'dismissed')
      throw new BazaarError('usage', `dead letter ${id} is ${state}; only one that waits can be fixed`);
    const fixed = fixLetter(letter, changes);
    if (options.dryRun) return fixed;
    const [row] = await database.query(storeFix(id, fixed));
    if (row === undefined) throw new BazaarError('usage', `dead letter ${id} was replayed or dismissed meanwhile`);
    return fixed;
  });
  const fixed = redactPayload(objectIn(payload));
  if (options.json) console.log(printable(JSON.stringify({ id, stored: options.dryRun !== true, fixed })));
  else {
    console.log(printable(JSON.stringify(fixed, null, 2)));
    console.error(
      options.dryRun ? 'nothing was changed (--dry-run)' : `fixed; \`bazaar dead-letters replay ${id}\` stores it`,
    );
  }
  return 0;
}

function changesOf({ set = [], unset = [], patch, file }: FixOptions): Changes {
  if (set.length + unset.length === 0 && patch === undefined && file === undefined)
    throw new BazaarError('usage', 'what is to be changed? give --set, --unset, --patch or --file');
  const removed = unset.map((path) => [path.split('.'), undefined] as const);
  return { whole: file === undefined ? undefined : readEvent(file), patch, values: [...removed, ...set] };
}

function readEvent(file: string): Json {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Json;
  } catch {
    throw new BazaarError('usage', `${file} is not JSON; allowed: one event as an object`);
  }
}
