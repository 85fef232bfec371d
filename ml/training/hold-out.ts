import { randomBelow, shuffle } from '../blend/random-below.ts';
import { wholeNumbers } from '../history/growing-column.ts';
import { type History, timeSpan, VIEWED } from '../history/history.ts';
import { isSameVisit, type Visits } from '../history/visits.ts';

/** What is held back from training: touches from `since` on, and a random sample of them, in random order. */
export type HoldOut = { readonly since: number; readonly examples: Uint32Array };

/** Parts of all visits that are tried, smallest first, and how many examples are enough. */
const SHARES = [0.08, 0.16, 0.25];
const ENOUGH_EXAMPLES = 500;
const MAX_SECONDS = 7 * 86_400;
const MICROSECOND = 1e-6;
const MAX_EXAMPLES = 6000;
/** With fewer touches to come nothing can be learnt or told. */
export const MIN_EXAMPLES = 50;

/** So many examples newer than the model in place are enough to learn from, too, and judge both models fairly. */
const ENOUGH_FRESH_EXAMPLES = 2000;

/**
 * Holds out the newest visits, at most a week of them unless that is too little.
 *
 * @param seenUntil the newest second that the model in place has seen; what is held out is newer when there is enough of it.
 */
export function holdOut(history: History, visits: Visits, seed: number, seenUntil: number | undefined): HoldOut {
  const newest = timeSpan(history).last;
  const starts = SHARES.map((share) => startOfNewest(history, visits, share));
  const seconds = [...starts.map((start) => Math.max(start, newest - MAX_SECONDS)), ...starts];
  const since = seconds.sort((a, b) => b - a).find((second) => examplesFrom(history, second).length >= ENOUGH_EXAMPLES);
  const usual = since ?? seconds.at(-1) ?? newest;
  const unseen = seenUntil === undefined ? usual : seenUntil + MICROSECOND;
  const start = unseen > usual && examplesFrom(history, unseen).length >= ENOUGH_FRESH_EXAMPLES ? unseen : usual;
  return holdOutFrom(history, start, seed);
}

/** Holds out what was touched from this second on. */
export function holdOutFrom(history: History, since: number, seed: number): HoldOut {
  const examples = examplesFrom(history, since);
  shuffle(examples, randomBelow(seed));
  return { since, examples: examples.slice(0, MAX_EXAMPLES) };
}

/** When the newest part of all visits began. */
function startOfNewest({ seconds }: History, { count, firsts }: Visits, share: number): number {
  const visit = Math.min(count - 1, Math.floor(count * (1 - share)));
  return seconds[firsts[visit] as number] as number;
}

/**
 * Touches by visitors of whom something was known. That a product viewed is then added or bought within the visit says
 * nothing of where the visitor goes next.
 */
function examplesFrom(history: History, since: number): Uint32Array {
  const { personStarts, seconds, kinds } = history;
  const examples = wholeNumbers();
  for (let person = 0; person < history.people.length; person++)
    for (let touch = (personStarts[person + 1] as number) - 1; touch > (personStarts[person] as number); touch--) {
      if ((seconds[touch] as number) < since) break;
      if (kinds[touch] === VIEWED || !isTouchedInVisit(history, touch, personStarts[person] as number))
        examples.push(touch);
    }
  return examples.finish();
}

function isTouchedInVisit(history: History, touch: number, first: number): boolean {
  for (let earlier = touch - 1; earlier >= first && isSameVisit(history, earlier); earlier--)
    if (history.products[earlier] === history.products[touch]) return true;
  return false;
}
