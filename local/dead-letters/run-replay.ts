import { type Replayed, type ReplayOutcome, replayLetters } from '../../lambdas/dead-letters/replay-letters.ts';
import { BazaarError } from '../../platform/errors.ts';
import type { Database } from '../../repositories/database.ts';
import { type LetterFilter, letterIds, toLetter, wholeLetters } from '../../repositories/letter-repairs.repository.ts';
import { printable } from '../command-line/printable.ts';
import { createProgress, type Progress } from '../command-line/progress.ts';
import { type LettersOptions, withLetters } from './letters.ts';
import { redactDetail } from './redact.ts';

export type ReplayLettersOptions = LettersOptions &
  Omit<LetterFilter, 'state'> & { limit: number; dryRun?: true | undefined };

/** A payload has up to a megabyte, and an answer over HTTP has a limit. */
const LETTERS_AT_ONCE = 25;
const MAX_LISTED = 20;

/** Stores the letters that match and prints what became of them. Exit status: 0 all stored, 1 some not. */
export async function runReplayLetters(options: ReplayLettersOptions, signal: AbortSignal): Promise<number> {
  const progress = createProgress();
  const results = await withLetters(options, (database) => replayAll(database, options, progress, signal)).finally(
    progress.end,
  );
  const counts: Partial<Record<ReplayOutcome, number>> = {};
  for (const { outcome } of results) counts[outcome] = (counts[outcome] ?? 0) + 1;
  const left = results
    .filter(({ outcome }) => outcome !== 'replayed' && outcome !== 'already_replayed')
    .map(({ detail, ...result }) => ({ ...result, ...(detail === undefined ? {} : { detail: redactDetail(detail) }) }));
  const { replayed = 0, already_replayed: before = 0 } = counts;
  if (options.json) console.log(JSON.stringify({ dry_run: options.dryRun === true, replayed, counts, left }));
  else {
    for (const { id, outcome, detail = '' } of left.slice(0, MAX_LISTED))
      console.log(printable(`${id.padStart(6)}  ${outcome}  ${detail}`));
    if (left.length > MAX_LISTED) console.log(`  … and ${left.length - MAX_LISTED} more`);
    const earlier = before === 0 ? '' : `, ${before} ${before === 1 ? 'was' : 'were'} before`;
    console.log(`${replayed} ${options.dryRun ? 'would be' : 'are'} stored${earlier}, ${left.length} not`);
  }
  return left.length === 0 ? 0 : 1;
}

async function replayAll(
  database: Database,
  { dryRun, limit, ids, ...filter }: ReplayLettersOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<Replayed[]> {
  const state = ids === undefined ? 'waiting' : 'all';
  const found = (await database.query(letterIds({ ...filter, ids, state }, limit))).map(({ id }) => String(id));
  const missing = (ids ?? []).filter((id) => !found.includes(id));
  if (missing.length > 0) throw new BazaarError('usage', `no such dead letters: ${missing.join(', ')}`);
  const results: Replayed[] = [];
  for (let at = 0; at < found.length; at += LETTERS_AT_ONCE) {
    signal.throwIfAborted();
    const rows = await database.query(wholeLetters(found.slice(at, at + LETTERS_AT_ONCE)));
    results.push(...(await replayLetters(database, rows.map(toLetter), { now: new Date(), dryRun: dryRun === true })));
    progress.count('dead letters', Math.min(at + LETTERS_AT_ONCE, found.length), found.length);
  }
  return results;
}
