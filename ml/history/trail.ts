import { type History, personAt } from './history.ts';

/** As at request time (sql/functions/recommend.sql). */
const TRAIL_TOUCHES = 50;
const CONTEXT_PRODUCTS = 10;

/** What is known of a visitor at a moment: the products of the newest touches, newest first, and each of the latest once. */
export type Trail = {
  readonly person: number;
  readonly seconds: number;
  readonly touches: Uint32Array;
  readonly context: Uint32Array;
  readonly distinctCount: number;
};

/** What was known just before this touch. */
export function trailBefore(history: History, touch: number): Trail {
  const person = personAt(history, touch);
  const first = Math.max(history.personStarts[person] as number, touch - TRAIL_TOUCHES);
  const touches = history.products.slice(first, touch).reverse();
  const distinct = [...new Set(touches)];
  return {
    person,
    seconds: history.seconds[touch] as number,
    touches,
    context: Uint32Array.from(distinct.slice(0, CONTEXT_PRODUCTS)),
    distinctCount: distinct.length,
  };
}
