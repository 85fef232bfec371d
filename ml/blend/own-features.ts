import type { Trail } from '../history/trail.ts';
import type { CandidateSheet } from './candidate-sheet.ts';
import { liveColumn } from './weights.ts';

const FAST_DECAY = 0.5;
const SLOW_DECAY = 0.8;

/** What the visitor's own latest products gain for being that, as in sql/functions/recommend.sql. */
export function addOwnFeatures(sheet: CandidateSheet, { context, touches, distinctCount }: Trail): void {
  const followed = new Set(productsAfter(touches));
  const repeatShare = 1 - distinctCount / touches.length;
  context.forEach((product, position) => {
    sheet.add(product, liveColumn('own'), 1);
    sheet.add(product, liveColumn('own_fast'), FAST_DECAY ** position);
    sheet.add(product, liveColumn('own_slow'), SLOW_DECAY ** position);
    sheet.add(product, liveColumn('count'), Math.log(countOf(touches, product)));
    sheet.add(product, liveColumn('repeat_share'), repeatShare);
    if (position === 0) sheet.add(product, liveColumn('last'), 1);
    if (position === 1) sheet.add(product, liveColumn('second'), 1);
    if (position === 0 && touches[1] === product) sheet.add(product, liveColumn('last_repeat'), 1);
    if (followed.has(product)) sheet.add(product, liveColumn('again'), 1);
  });
}

/** What came right after an earlier touch of the latest product; touches stand newest first. */
function productsAfter(touches: Uint32Array): Uint32Array {
  return touches.filter((_, place) => place + 1 < touches.length && touches[place + 1] === touches[0]);
}

function countOf(touches: Uint32Array, product: number): number {
  let count = 0;
  for (const touched of touches) if (touched === product) count++;
  return count;
}
