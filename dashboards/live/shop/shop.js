import { announce, byId, element, refill } from '../dom.js';
import { money } from '../format.js';
import { readStored, writeStored } from '../stored.js';
import { createAccount } from './account.js';
import { createCart } from './cart.js';
import { createCheckout } from './checkout.js';
import { departmentOf, drawing } from './drawings.js';

const CURRENCY = 'currency';
const ALL = 'all';

/** The demo shop: what it sells, the product that is looked at, the cart, and who is there. */
export function createShop({ visitor, products, currencies }) {
  const known = new Map(products.map((product) => [product.product_id, product]));
  const cart = createCart((id) => known.get(id));
  let currency = readStored(CURRENCY, currencies[0]);
  if (!currencies.includes(currency)) currency = currencies[0];
  let department = ALL;
  let current;

  const onProblem = ({ message }) => showProblem(message);
  const account = createAccount(byId('account'), visitor, onProblem);
  const price = (product) => ({ unit_price: product.prices[currency], currency });
  const add = (product) => {
    if (!cart.add(product.product_id)) return showProblem('no more of this fits into a cart');
    visitor.add({ product_id: product.product_id, quantity: 1, ...price(product) });
    announce(`${product.name} is in the cart`);
    checkout.changed();
  };
  const remove = (product) => {
    cart.take(product.product_id);
    visitor.remove({ product_id: product.product_id, quantity: 1, ...price(product) });
    checkout.changed();
  };
  const checkout = createCheckout(byId('cart'), {
    ...{ cart, visitor, onProblem, onAdd: add, onRemove: remove },
    currencyOf: () => currency,
  });

  const look = (product) => {
    known.set(product.product_id, product);
    current = product;
    const { product_id, name, category, brand } = product;
    visitor.view({ product_id, name, category, brand, ...price(product) });
    showCurrent();
    for (const card of byId('products').children) mark(card, product_id);
  };
  const mark = (card, id) => {
    const look = card.querySelector('.look');
    if (look.dataset.key === id) look.setAttribute('aria-current', 'true');
    else look.removeAttribute('aria-current');
  };
  const showCurrent = () => {
    if (current !== undefined)
      refill(byId('looking-at'), ...pageOf(current, money(current.prices[currency], currency), add));
  };
  const showProducts = () => {
    const shown = products.filter(({ category }) => department === ALL || departmentOf(category) === department);
    const cards = shown.map((product) => cardOf(product, money(product.prices[currency], currency), look, add));
    refill(byId('products'), ...cards);
    if (current !== undefined) for (const card of cards) mark(card, current.product_id);
  };
  const showDepartments = () => {
    const names = [ALL, ...new Set(products.map(({ category }) => departmentOf(category)))];
    const choose = (name) => {
      department = name;
      showDepartments();
      showProducts();
    };
    refill(byId('departments'), ...names.map((name) => chip(name, name === department, choose)));
  };
  const showCurrencies = () => {
    const options = currencies.map((code) => element('option', { value: code, selected: code === currency }, code));
    byId('currency').replaceChildren(...options);
    byId('currency').addEventListener('change', ({ target }) => {
      currency = target.value;
      writeStored(CURRENCY, currency);
      showProducts();
      showCurrent();
      checkout.changed();
    });
  };

  showDepartments();
  showCurrencies();
  showProducts();
  checkout.show();
  account.show();
  let lastVisitor = visitor.ids().anonymous_id;
  return {
    look,
    /** Who logs in keeps the cart; who comes after a logout finds it empty. */
    showAccount() {
      account.show();
      const { anonymous_id } = visitor.ids();
      if (anonymous_id === lastVisitor) return;
      lastVisitor = anonymous_id;
      cart.clear();
      checkout.forget();
    },
  };
}

function chip(name, isChosen, choose) {
  const text = name[0].toUpperCase() + name.slice(1);
  return element('button', { 'data-key': name, 'aria-pressed': String(isChosen), onclick: () => choose(name) }, text);
}

function cardOf(product, price, look, add) {
  const { product_id, name } = product;
  return element(
    'li',
    {},
    element(
      'button',
      { class: 'look', 'data-key': product_id, onclick: () => look(product) },
      drawing(product),
      element('span', { class: 'name' }, name),
    ),
    element(
      'span',
      { class: 'foot' },
      element('span', { class: 'price' }, price),
      element(
        'button',
        {
          class: 'add',
          'data-key': `add-${product_id}`,
          'aria-label': `Add ${name} to the cart`,
          onclick: () => add(product),
        },
        'Add',
      ),
    ),
  );
}

function pageOf(product, price, add) {
  return [
    drawing(product),
    element(
      'div',
      { class: 'about' },
      element('strong', {}, product.name),
      element('span', { class: 'hint' }, `${product.brand} · ${product.category.replace('.', ' › ')}`),
      element('span', { class: 'price' }, price),
    ),
    element('button', { 'data-key': 'add-current', onclick: () => add(product) }, 'Add to cart'),
  ];
}

/** Stays until the next one, or for some seconds. */
function showProblem(message) {
  const note = element('p', { class: 'problem', role: 'alert' }, message);
  byId('cart').before(note);
  setTimeout(() => note.remove(), 6_000);
}
