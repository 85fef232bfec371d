import { element } from '../dom.js';
import { count, percent } from '../format.js';
import { empty } from './figures.js';

const steps = [
  ['viewers', 'looked at a product'],
  ['cart_adders', 'added to a cart'],
  ['checkouts', 'began a checkout'],
  ['buyers', 'bought'],
];

/** People of the newest day by how far they came, as shares of those who looked. */
export function showFunnel([today, before]) {
  if (today === undefined) return [empty('Nobody came within the last seven days.')];
  const most = Math.max(...steps.map(([column]) => today[column]), 1);
  const list = element(
    'ol',
    { class: 'funnel' },
    ...steps.map(([column, label]) => stepOf(today, column, label, most)),
  );
  const conversion = today.conversion === null ? undefined : `${percent(today.conversion)} of those who looked bought`;
  const compared = before?.conversion == null ? '' : `; ${percent(before.conversion)} on ${before.day}`;
  return [list, conversion && element('p', { class: 'caption' }, conversion + compared)].filter(Boolean);
}

function stepOf(day, column, label, most) {
  const share = day.viewers > 0 ? percent(day[column] / day.viewers) : '';
  const fill = element('span', { class: 'fill' });
  fill.style.width = `${(day[column] / most) * 100}%`;
  return element(
    'li',
    { 'data-step': column },
    element('span', { class: 'label' }, label),
    element('span', { class: 'number' }, count(day[column])),
    element('span', { class: 'share' }, column === 'viewers' ? '' : share),
    element('span', { class: 'track', 'aria-hidden': 'true' }, fill),
  );
}
