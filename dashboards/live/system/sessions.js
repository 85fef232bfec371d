import { element } from '../dom.js';
import { count } from '../format.js';
import { createBars, minutesUpToNow } from './chart.js';
import { empty, figure } from './figures.js';

/** How many are in the shop, and how many were in each of the last thirty minutes. */
export function createSessions(body) {
  const figures = element('dl', { class: 'figures' });
  const place = element('div', {});
  const chart = createBars(place, {
    height: 56,
    series: [{ color: '--series-1' }],
    describe: ([, values]) => `Sessions by minute over the last 30 minutes, at most ${Math.max(...values)}`,
  });
  return function show([row]) {
    if (row === undefined || row.sessions === 0)
      return body.replaceChildren(empty('Nobody was in the shop within 30 minutes. You can be the first.'));
    figures.replaceChildren(
      figure(count(row.sessions), 'within 30 minutes'),
      figure(count(row.logged_in), 'logged in'),
      figure(count(row.with_cart), 'added to a cart'),
      figure(count(row.bought), 'bought'),
    );
    if (!place.isConnected)
      body.replaceChildren(figures, place, element('p', { class: 'caption' }, 'in progress, by minute, 30 minutes'));
    chart.show([minutesUpToNow(row.by_minute), row.by_minute.map((sessions) => sessions || null)]);
  };
}
