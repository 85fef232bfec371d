import { element } from '../dom.js';
import { count } from '../format.js';
import { empty } from './figures.js';

/** The products that were looked at most. */
export function showTopItems(rows) {
  if (rows.length === 0) return [empty('No product was looked at within 24 hours.')];
  const most = Math.max(...rows.map(({ views }) => views), 1);
  const heads = ['Product', 'Views', 'Cart', 'Sold'].map((text, index) =>
    element('th', { scope: 'col', class: index > 0 ? 'number' : undefined }, text),
  );
  return [
    element(
      'table',
      {},
      element('thead', {}, element('tr', {}, ...heads)),
      element('tbody', {}, ...rows.map((row) => rowOf(row, most))),
    ),
  ];
}

function rowOf({ product_id, name, views, cart_adds, units_sold }, most) {
  const fill = element('span', { class: 'row-fill', 'aria-hidden': 'true' });
  fill.style.width = `${(views / most) * 100}%`;
  return element(
    'tr',
    { 'data-product': product_id },
    element('th', { scope: 'row' }, fill, element('span', { class: 'row-name' }, name ?? product_id)),
    ...[views, cart_adds, units_sold].map((value) => element('td', { class: 'number' }, count(value))),
  );
}
