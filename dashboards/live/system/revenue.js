import { element } from '../dom.js';
import { count, money } from '../format.js';
import { createBars, minutesUpToNow } from './chart.js';
import { empty } from './figures.js';

/** Net revenue of each currency with its last sixty minutes; amounts of different currencies are never added up. */
export function createRevenue(body) {
  const list = element('ul', { class: 'currencies' });
  const shown = new Map();

  const create = (currency) => {
    const net = element('strong', { class: 'net' });
    const detail = element('span', { class: 'hint' });
    const item = element('li', { 'data-currency': currency }, element('div', {}, net, detail));
    const chart = createBars(item, {
      height: 52,
      series: [{ color: '--series-1' }],
      describe: ([, values]) =>
        `Net revenue in ${currency} by minute over the last hour, at most ${money(Math.max(...values), currency)}`,
    });
    shown.set(currency, { net, detail, item, chart });
    return shown.get(currency);
  };
  const drop = (currency) => {
    shown.get(currency).chart.destroy();
    shown.get(currency).item.remove();
    shown.delete(currency);
  };
  return function show(rows) {
    for (const currency of [...shown.keys()]) if (rows.every((row) => row.currency !== currency)) drop(currency);
    if (rows.length === 0) return body.replaceChildren(empty('Nothing was bought within 24 hours.'));
    for (const row of rows) {
      const { net, detail, item, chart } = shown.get(row.currency) ?? create(row.currency);
      net.textContent = money(row.net, row.currency);
      const refunded = Number(row.refunded) > 0 ? `, ${money(row.refunded, row.currency)} refunded` : '';
      detail.textContent = `${row.currency} net · ${count(row.orders)} ${row.orders === 1 ? 'order' : 'orders'}${refunded}`;
      if (!item.isConnected) list.append(item);
      if (!list.isConnected) body.replaceChildren(list, element('p', { class: 'caption' }, 'by minute, 60 minutes'));
      chart.show([minutesUpToNow(row.by_minute), row.by_minute.map((net) => net || null)]);
    }
  };
}
