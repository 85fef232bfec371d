import { element } from '../dom.js';
import { age } from '../format.js';
import { createCartTrends } from './cart-trends.js';
import { showFunnel } from './funnel.js';
import { createRevenue } from './revenue.js';
import { createSessions } from './sessions.js';
import { showTopItems } from './top-items.js';

/**
 * The tiles of the right side: a heading, how fresh it is, and what it shows. Ages are counted by the server's clock, so
 * that they are right on a phone whose clock is not.
 */
export function createTiles(place) {
  const tiles = new Map();
  const drawers = new Map();
  let serverAheadMs = 0;

  const add = (name, title, { isWide = false, hasFreshness = false } = {}) => {
    const fresh = element('span', { class: 'fresh' });
    const heading = element('h3', { id: `${name}-title` }, title);
    const body = element(
      'div',
      { class: 'body' },
      element('p', { class: 'hint waiting' }, 'waiting for the first figures …'),
    );
    const tile = element(
      'article',
      { class: isWide ? 'tile wide' : 'tile', id: name, 'aria-labelledby': `${name}-title` },
      element('div', { class: 'bar' }, heading, hasFreshness && fresh),
      body,
    );
    place.append(tile);
    tiles.set(name, { tile, fresh, newestMs: undefined });
    return body;
  };
  const tellAge = ({ fresh, newestMs }) => {
    const text = newestMs === undefined ? '' : `newest event ${age(Date.now() + serverAheadMs - newestMs)}`;
    if (fresh.textContent !== text) fresh.textContent = text;
  };
  setInterval(() => {
    if (!document.hidden) for (const tile of tiles.values()) tellAge(tile);
  }, 1_000);

  return {
    add,
    addViews() {
      const view = (name, title, create, isWide = false) =>
        drawers.set(name, create(add(name, title, { hasFreshness: true, isWide })));
      const plain = (draw) => (body) => (rows) => body.replaceChildren(...draw(rows));
      view('active_sessions', 'Active sessions', createSessions);
      view('realtime_revenue', 'Revenue, 24 h', createRevenue);
      view('conversion_funnel', 'Funnel today', plain(showFunnel));
      view('top_viewed_items', 'Top viewed, 24 h', plain(showTopItems));
      view('cart_trends', 'Carts by hour', createCartTrends, true);
    },
    setClock(serverMs) {
      serverAheadMs = serverMs - Date.now();
    },
    /** What cannot be read leaves what was last known, and says so. */
    show({ name, rows, error }) {
      const found = tiles.get(name);
      if (found === undefined) return;
      found.tile.classList.toggle('is-stale', error !== undefined);
      found.tile.querySelector('.problem')?.remove();
      if (error !== undefined) {
        found.tile.querySelector('.waiting')?.remove();
        return found.tile.append(
          element('p', { class: 'problem' }, `${error}; what stands here is the last that was known`),
        );
      }
      const times = rows.map(({ newest_event_at }) => Date.parse(newest_event_at)).filter(Number.isFinite);
      found.newestMs = times.length > 0 ? Math.max(...times) : undefined;
      tellAge(found);
      drawers.get(name)?.(rows);
    },
  };
}
