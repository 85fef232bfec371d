import { endBefore, type History } from '../history/history.ts';
import { createTopList } from '../pairs/top-list.ts';
import { LIST_LENGTH } from './ranking-metrics.ts';

const DAY_SECONDS = 86_400;
/** A week first, which was the best on public data: others must be better. */
const HALF_LIVES_DAYS = [7, 3, 14, 1, 30];

/** For each product the people who touched it before a second, each by the age of the latest touch: 1 at once, half of it after
 * each half-life. */
export function trendingVotes(history: History, before: number, halfLifeDays: number): Float64Array {
  const { personStarts, products, seconds, people } = history;
  const votes = new Float64Array(history.productIds.length);
  const lastVoter = new Int32Array(votes.length).fill(-1);
  for (let person = 0; person < people.length; person++)
    for (let touch = endBefore(history, person, before) - 1; touch >= (personStarts[person] as number); touch--) {
      const product = products[touch] as number;
      if (lastVoter[product] === person) continue;
      lastVoter[product] = person;
      const days = (before - (seconds[touch] as number)) / DAY_SECONDS;
      votes[product] = (votes[product] as number) + 0.5 ** (days / halfLifeDays);
    }
  return votes;
}

/** The half-life with which the first 20 hold most of what is touched from a second on. */
export function chooseHalfLife(history: History, since: number): number {
  const later = touchesFrom(history, since);
  let [best, mostFound] = [HALF_LIVES_DAYS[0] as number, -1];
  for (const days of HALF_LIVES_DAYS) {
    const found = mostVoted(trendingVotes(history, since, days), LIST_LENGTH).reduce(
      (sum, product) => sum + (later[product] as number),
      0,
    );
    if (found > mostFound) [best, mostFound] = [days, found];
  }
  return best;
}

/** The products with the most votes, of those that have any. */
export function mostVoted(votes: Float64Array, count: number): Uint32Array {
  const top = createTopList(count);
  votes.forEach((vote, product) => {
    if (vote > 0) top.offer(product, vote);
  });
  return top.products.slice(0, top.count);
}

function touchesFrom({ products, seconds, productIds }: History, since: number): Float64Array {
  const counts = new Float64Array(productIds.length);
  products.forEach((product, touch) => {
    if ((seconds[touch] as number) >= since) counts[product] = (counts[product] as number) + 1;
  });
  return counts;
}
