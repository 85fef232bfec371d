import { element } from '../dom.js';
import { clock } from '../format.js';
import { ask } from '../http.js';
import { empty } from './figures.js';

/** What goes wrong in a shop's code: a field that is missing, unknown, of the wrong kind, or not for this key. */
const broken = [
  { type: 'product_view', product_id: '' },
  { type: 'add_to_cart', product_id: 'outdoor-tents-01', quantity: 0.5 },
  { type: 'product_view', product_id: 'outdoor-tents-01', unit_price: '59.99' },
  { type: 'product_view', product_id: 'outdoor-tents-01', colour: 'green' },
  {
    type: 'purchase',
    order_id: 'from-a-page',
    currency: 'EUR',
    items: [{ product_id: 'p', quantity: 1, unit_price: 1 }],
  },
];

const reasons = {
  not_json: 'not JSON',
  tombstone: 'no value',
  invalid_event: 'no valid event',
  wrong_topic: 'on the wrong topic',
  database_refused: 'refused by the database',
  refund_currency: 'refund in another currency',
};

/** What was not accepted at the edge, and what was set aside behind it, each with its reason. */
export function createRefusals(tiles, { key, visitor }) {
  const rejected = tiles.add('rejections', 'Rejected events');
  const letters = tiles.add('dead-letters', 'Dead letters');
  const rejectedList = element('div', {});
  const lettersList = element('div', {});
  let turn = 0;

  const sendBroken = () => {
    const event = { ...broken[turn++ % broken.length], anonymous_id: visitor.ids().anonymous_id };
    return fetch('/events', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': key },
      body: JSON.stringify(event),
    });
  };
  const poison = () => ask('/shop/poison', { body: {} });
  rejected.replaceChildren(rejectedList, actionButton('Send a broken event', sendBroken));
  letters.replaceChildren(lettersList, actionButton('Put a broken record into the topic', poison));
  rejectedList.append(empty('No event was rejected since the API was started.'));
  lettersList.append(empty('waiting for the database …'));

  return {
    showRejections(rejections) {
      if (rejections.length > 0) rejectedList.replaceChildren(listOf(rejections.slice(0, 5).map(rejectionOf)));
    },
    showDeadLetters({ rows, error }) {
      if (error !== undefined) lettersList.replaceChildren(element('p', { class: 'problem' }, error));
      else if (rows.length === 0) lettersList.replaceChildren(empty('None: every record became a row.'));
      else lettersList.replaceChildren(listOf(rows.slice(0, 3).map(letterOf)));
    },
  };
}

function actionButton(text, act) {
  const note = element('span', { class: 'hint', role: 'status' });
  const button = element('button', { class: 'quiet' }, text);
  button.addEventListener('click', async () => {
    note.textContent = '';
    await act().catch(() => {
      note.textContent = 'nobody answers; try again';
    });
  });
  return element('p', { class: 'act' }, button, note);
}

const listOf = (items) => element('ul', { class: 'refusals' }, ...items);

function rejectionOf({ at, code, message, path }) {
  return element(
    'li',
    {},
    element(
      'span',
      { class: 'refusal' },
      element('strong', {}, code.replaceAll('_', ' ')),
      element('time', {}, clock(at)),
    ),
    element('span', { class: 'detail' }, path ? `${path}: ${message}` : message),
  );
}

function letterOf({ topic, partition, offset, reason, detail, payload, bytes, created_at, ...ends }) {
  const state = ends.replayed_at !== null ? ', replayed' : ends.dismissed_at !== null ? ', dismissed' : '';
  return element(
    'li',
    {},
    element(
      'span',
      { class: 'refusal' },
      element('strong', {}, reasons[reason] ?? reason),
      element('time', {}, clock(created_at)),
    ),
    element('span', { class: 'detail' }, detail),
    element('span', { class: 'place' }, `${topic}, partition ${partition}, offset ${offset}, ${bytes} bytes${state}`),
    payload === '' ? undefined : element('code', { class: 'payload' }, payload),
  );
}
