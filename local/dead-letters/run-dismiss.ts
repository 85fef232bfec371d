import { dismissLetters } from '../../repositories/letter-repairs.repository.ts';
import { type LettersOptions, withLetters } from './letters.ts';

/** Says that letters will never be rows, or takes that back. Exit status: 0 all are so now, 1 some were not changed. */
export async function runDismiss(
  ids: readonly string[],
  options: LettersOptions & { undo?: true | undefined },
): Promise<number> {
  const rows = await withLetters(options, (database) => database.query(dismissLetters(ids, options.undo !== true)));
  const changed = rows.map(({ id }) => String(id));
  const unchanged = ids.filter((id) => !changed.includes(id));
  if (options.json) console.log(JSON.stringify({ changed, unchanged }));
  else {
    console.log(`${changed.length} ${options.undo ? 'wait again' : 'dismissed'}`);
    if (unchanged.length > 0)
      console.error(`not changed (replayed, so already, or not there): ${unchanged.join(', ')}`);
  }
  return unchanged.length === 0 ? 0 : 1;
}
