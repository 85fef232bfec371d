import { announce, byId, element, refill } from '../dom.js';
import { money } from '../format.js';

/** The cart with its steps: filled, checkout begun, bought, given back. */
export function createCheckout(place, { cart, visitor, currencyOf, onAdd, onRemove, onProblem }) {
  let step = 'cart';
  let order;
  let isBusy = false;

  const button = (key, text, onclick, quiet = false) =>
    element('button', { 'data-key': key, class: quiet ? 'quiet' : undefined, disabled: isBusy, onclick }, text);
  const busy = async (work) => {
    if (isBusy) return;
    isBusy = true;
    show();
    await work().catch(onProblem);
    isBusy = false;
    show();
  };
  const begin = () => {
    visitor.beginCheckout();
    step = 'checkout';
    show();
  };
  const buy = () =>
    busy(async () => {
      const items = cart.lines().map(({ product, quantity }) => ({ product_id: product.product_id, quantity }));
      const { order_id, currency } = await visitor.buy({ currency: currencyOf(), items });
      order = { id: order_id, total: money(cart.total(currency), currency), isRefunded: false };
      cart.clear();
      step = 'bought';
      announce(`Order ${order.id} is placed: ${order.total}`);
    });
  const refund = () =>
    busy(async () => {
      await visitor.refund(order.id);
      order = { ...order, isRefunded: true };
      announce(`Order ${order.id} is refunded`);
    });
  const line = ({ product, quantity }) =>
    element(
      'li',
      {},
      element('span', { class: 'line-name' }, product.name),
      element(
        'span',
        { class: 'stepper' },
        stepButton(`less-${product.product_id}`, '−', `One ${product.name} less`, () => onRemove(product)),
        element('span', { class: 'quantity', 'aria-label': `${quantity} in the cart` }, String(quantity)),
        stepButton(`more-${product.product_id}`, '+', `One ${product.name} more`, () => onAdd(product)),
      ),
      element('span', { class: 'price' }, money(product.prices[currencyOf()] * quantity, currencyOf())),
    );
  const filled = () => {
    const total = money(cart.total(currencyOf()), currencyOf());
    return [
      element('ul', { class: 'lines' }, ...cart.lines().map(line)),
      element(
        'div',
        { class: 'bar' },
        element('strong', { class: 'total' }, total),
        step === 'checkout' && button('back', 'Back', () => leave(), true),
        step === 'checkout' ? button('go', `Pay ${total}`, buy) : button('go', 'Check out', begin),
      ),
    ];
  };
  const leave = () => {
    step = 'cart';
    show();
  };
  const bought = () =>
    element(
      'div',
      { class: 'bar receipt' },
      element(
        'span',
        {},
        order.isRefunded ? 'Refunded: ' : 'Bought: ',
        element('code', {}, order.id),
        ` ${order.total}`,
      ),
      order.isRefunded ? undefined : button('refund', 'Refund', refund, true),
    );
  const show = () => {
    const units = cart.units();
    byId('pulse-cart').textContent = units === 0 ? 'Cart' : `Cart ${units}`;
    const title = element('h3', {}, 'Cart ', element('span', { class: 'badge' }, String(units)));
    const hint = element('p', { class: 'hint' }, 'Empty. What you add becomes an event, what you remove too.');
    refill(place, title, ...(units > 0 ? filled() : order === undefined ? [hint] : []), order && bought());
    place.dataset.step = step;
  };
  return {
    /** The cart has changed: a checkout that was begun is begun anew. */
    changed: leave,
    show,
    forget() {
      order = undefined;
      leave();
    },
  };
}

function stepButton(key, text, label, onclick) {
  return element('button', { class: 'quiet step', 'data-key': key, 'aria-label': label, onclick }, text);
}
