import { type LetterSummary, listLetters, toSummary } from '../../repositories/letter-repairs.repository.ts';
import { printable } from '../command-line/printable.ts';
import { type FilterOptions, type LettersOptions, stateOf, withLetters } from './letters.ts';
import { redactDetail } from './redact.ts';

const DETAIL_CHARS = 100;

/** Prints the newest letters that match, without their payloads. */
export async function runList(options: LettersOptions & FilterOptions & { limit: number }): Promise<number> {
  const rows = await withLetters(options, (database) => database.query(listLetters(options, options.limit)));
  const letters = rows.map(toSummary);
  const matching = Number(rows[0]?.matching ?? 0);
  if (options.json) {
    const shown = letters.map((letter) => ({ ...letter, detail: redactDetail(letter.detail), state: stateOf(letter) }));
    console.log(JSON.stringify({ matching, letters: shown }));
    return 0;
  }
  for (const letter of letters) console.log(line(letter));
  console.error(
    matching > letters.length ? `${letters.length} of ${matching}; --limit shows more` : `${matching} dead letters`,
  );
  return 0;
}

function line(letter: LetterSummary): string {
  const { id, created_at, topic, partition, offset, reason, detail } = letter;
  const place = `${printable(topic)}-${partition}@${offset}`;
  const shown = printable(redactDetail(detail)).replaceAll('\n', ' ').slice(0, DETAIL_CHARS);
  return `${id.padStart(6)}  ${created_at.toISOString()}  ${stateOf(letter).padEnd(9)}  ${reason.padEnd(16)}  ${place}  ${shown}`;
}
