import { element } from '../dom.js';
import { count } from '../format.js';
import { createBars } from './chart.js';
import { empty, figure } from './figures.js';

const sum = (rows, column) => rows.reduce((total, row) => total + row[column], 0);

/** What went into carts and out of them by hour, and how many carts were left alone and came back. */
export function createCartTrends(body) {
  const figures = element('dl', { class: 'figures' });
  const place = element('div', {});
  const chart = createBars(place, {
    height: 120,
    hasAxes: true,
    series: [{ color: '--series-1' }, { color: '--series-2' }],
    describe: ([, adds, removes]) =>
      `Cart events by hour over 24 hours: at most ${Math.max(...adds)} added, at most ${Math.max(...removes.map(Math.abs))} removed`,
  });
  return function show(rows) {
    if (sum(rows, 'adds') + sum(rows, 'removes') === 0)
      return body.replaceChildren(empty('Nothing went into a cart within 24 hours.'));
    figures.replaceChildren(
      figure(count(sum(rows, 'adds')), 'added'),
      figure(count(sum(rows, 'removes')), 'removed'),
      figure(count(sum(rows, 'abandoned')), 'carts abandoned'),
      figure(count(sum(rows, 'recovered')), 'recovered'),
    );
    if (!place.isConnected) body.replaceChildren(figures, place, legend());
    const times = rows.map(({ hour }) => Date.parse(hour) / 1000);
    chart.show([times, rows.map(({ adds }) => adds || null), rows.map(({ removes }) => -removes || null)]);
  };
}

function legend() {
  return element(
    'p',
    { class: 'caption legend' },
    element('span', { class: 'key first' }, 'added'),
    element('span', { class: 'key second' }, 'removed, below zero'),
  );
}
