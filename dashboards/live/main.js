import { announce, byId } from './dom.js';
import { eventName, milliseconds } from './format.js';
import { askUntilAnswered } from './http.js';
import { createLiveStream } from './live-stream.js';
import { createShop } from './shop/shop.js';
import { createRecommendations } from './system/recommendations.js';
import { createRefusals } from './system/refusals.js';
import { createTiles } from './system/tiles.js';
import { createWay } from './system/way.js';
import { createVisitor } from './visitor.js';

const stateWords = {
  connecting: 'connecting …',
  live: 'live',
  paused: 'paused while nobody looks',
  lost: 'connection lost, trying again; clicks wait and are sent then',
};

function showState(state) {
  const place = byId('state');
  if (place.dataset.state === state) return;
  place.dataset.state = state;
  place.textContent = stateWords[state];
  document.body.classList.toggle('is-lost', state === 'lost');
}

const { key, currencies, products } = await askUntilAnswered('/shop/window', () => showState('lost'));
const knownProducts = new Map(products.map((product) => [product.product_id, product]));

const visitor = createVisitor(key, {
  onChange: () => {
    shop.showAccount();
    stream.follow(visitor.ids().anonymous_id);
    recommendations.refresh();
  },
  onTimed: (eventId) => way.show(eventId),
  onRefused: ({ status, code, message }) => announce(`The event was ${status}: ${message ?? code}`),
});
const tiles = createTiles(byId('tiles'));
const way = createWay(tiles.add('way', 'The way of an event', { isWide: true }), visitor);
const recommendations = createRecommendations(
  tiles.add('recommendations', 'Recommended to you now', { isWide: true }),
  { visitor, knownProducts, onChoose: (product) => shop.look(product) },
);
tiles.addViews();
const refusals = createRefusals(tiles, { key, visitor });
const shop = createShop({ visitor, products, currencies });

function onWay(step) {
  const isFirstSight = way.take(step);
  if (!isFirstSight || step.is_sample) return;
  const total = way.totalOf(step.event_id);
  const text = `${eventName(step.type)}: a row after ${milliseconds(total)}`;
  byId('pulse-way').textContent = `${eventName(step.type)}: ${milliseconds(total)}`;
  announce(text);
  recommendations.refresh();
}

const stream = createLiveStream(
  {
    now: (serverMs) => tiles.setClock(serverMs),
    tile: (tile) => (tile.name === 'dead_letters' ? refusals.showDeadLetters(tile) : tiles.show(tile)),
    way: onWay,
    rejections: (rejections) => refusals.showRejections(rejections),
  },
  showState,
);
stream.follow(visitor.ids().anonymous_id);
await visitor.resume().catch(() => undefined);
recommendations.refresh();
