import { announce, element, refill } from '../dom.js';
import { ask } from '../http.js';
import { drawing } from '../shop/drawings.js';
import { empty } from './figures.js';

const SHOWN = 6;
/** Several rows of one click come one after the other. */
const GATHER_MS = 120;
const MAX_KNOWN = 1_000;

const reasons = {
  bought_together: 'often bought together with yours',
  added_together: 'often in one cart with yours',
  viewed_together: 'looked at by those who looked at yours',
  similar: 'similar to what you looked at',
  trending: 'many look at it now',
  seen_before: 'you looked at it',
};

/** The visitor's recommendations, asked for when a row of theirs has come in, and never while one is under way. */
export function createRecommendations(body, { visitor, knownProducts, onChoose }) {
  let timer;
  let isAsking = false;
  let isAskedAgain = false;
  let before = '';

  const learn = async (ids) => {
    const unknown = ids.filter((id) => !knownProducts.has(id));
    if (unknown.length === 0) return;
    if (knownProducts.size > MAX_KNOWN) knownProducts.clear();
    const { products } = await ask(`/shop/products?${new URLSearchParams(unknown.map((id) => ['id', id]))}`);
    for (const product of products) knownProducts.set(product.product_id, product);
  };
  const show = (items) => {
    const list = items.map(({ product_id, reason }) =>
      itemOf(product_id, reason, knownProducts.get(product_id), onChoose),
    );
    const order = items.map(({ product_id }) => product_id).join(' ');
    if (items.length === 0) refill(body, empty('Nothing to recommend yet: look at something.'));
    else refill(body, element('ol', { class: 'recommendations' }, ...list));
    if (before !== '' && order !== before)
      announce(`Recommendations have changed: ${list[0]?.dataset.name} comes first`);
    before = order;
  };
  const turn = async () => {
    if (isAsking) {
      isAskedAgain = true;
      return;
    }
    isAsking = true;
    body.parentElement.classList.add('is-asking');
    try {
      const items = await visitor.recommendations({ limit: SHOWN });
      await learn(items.map(({ product_id }) => product_id)).catch(() => undefined);
      show(items);
      body.parentElement.classList.remove('is-stale');
    } catch {
      body.parentElement.classList.add('is-stale');
      if (before === '')
        refill(
          body,
          element('p', { class: 'problem' }, 'the recommendations do not answer; the next click asks again'),
        );
    }
    body.parentElement.classList.remove('is-asking');
    isAsking = false;
    if (isAskedAgain) refresh();
    isAskedAgain = false;
  };
  const refresh = () => {
    clearTimeout(timer);
    timer = setTimeout(turn, GATHER_MS);
  };
  return { refresh };
}

function itemOf(productId, reason, product, onChoose) {
  const name = product?.name ?? productId;
  const content = [
    drawing(product ?? {}),
    element('span', { class: 'name' }, name),
    element('span', { class: 'reason' }, reasons[reason] ?? reason),
  ];
  const isOurs = product?.prices !== undefined;
  return element(
    'li',
    { 'data-product': productId, 'data-name': name, 'data-reason': reason },
    isOurs
      ? element(
          'button',
          { class: 'look', 'data-key': `recommended-${productId}`, onclick: () => onChoose(product) },
          ...content,
        )
      : element('span', { class: 'look' }, ...content),
  );
}
