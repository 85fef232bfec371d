const FRESHNESS = /^(freshness|.*_age)(_seconds)?$/;
const numberFormat = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });

/** All text goes in as text: what shoppers and shops send can never become markup. */
function element(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

const isNumber = (value) =>
  value !== null && value !== '' && typeof value !== 'boolean' && Number.isFinite(Number(value));
const isTime = (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value);
const label = (column) => column.replaceAll('_', ' ');

function show(column, value) {
  if (value === null || value === undefined) return '–';
  if (/_id$/.test(column)) return String(value);
  if (isTime(value)) return new Date(value).toLocaleString(undefined, { dateStyle: 'short', timeStyle: 'short' });
  return isNumber(value) ? numberFormat.format(Number(value)) : String(value);
}

function freshness(row, column) {
  if (row === undefined || column === undefined || row[column] === null) return '';
  const value = row[column];
  return isNumber(value) ? `newest event ${numberFormat.format(Math.round(Number(value)))} s ago` : String(value);
}

function figures(row, columns) {
  return element(
    'dl',
    '',
    ...columns.map((column) =>
      element('div', '', element('dt', '', label(column)), element('dd', '', show(column, row[column]))),
    ),
  );
}

function table(rows, columns) {
  const kind = (column) =>
    !/_id$/.test(column) && rows.every((row) => row[column] === null || isNumber(row[column])) ? 'number' : '';
  const head = columns.map((column) => {
    const cell = element('th', kind(column), label(column));
    cell.scope = 'col';
    return cell;
  });
  const body = rows.map((row) =>
    element('tr', '', ...columns.map((column) => element('td', kind(column), show(column, row[column])))),
  );
  return element(
    'div',
    'scroll',
    element('table', '', element('thead', '', element('tr', '', ...head)), element('tbody', '', ...body)),
  );
}

function tile({ title, rows, error }) {
  const all = Object.keys(rows[0] ?? {});
  const fresh = all.find((column) => FRESHNESS.test(column));
  const columns = all.filter((column) => column !== fresh);
  const heading = element(
    'div',
    'heading',
    element('h2', '', title),
    element('span', 'fresh', freshness(rows[0], fresh)),
  );
  const content =
    rows.length === 0
      ? element('p', 'empty', error ?? 'nothing yet')
      : rows.length === 1
        ? figures(rows[0], columns)
        : table(rows, columns);
  return element('section', 'tile', heading, content);
}

const state = document.getElementById('state');
const live = new EventSource('/live');
live.addEventListener('tiles', ({ data }) => {
  document.getElementById('tiles').replaceChildren(...JSON.parse(data).map(tile));
  state.textContent = `live · ${new Date().toLocaleTimeString()}`;
});
live.addEventListener('error', () => {
  state.textContent = 'connection lost, trying again …';
});

async function recommend(id) {
  const list = document.getElementById('recommendations');
  try {
    const response = await fetch(`/live/visitor?id=${encodeURIComponent(id)}`);
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.detail ?? `status ${response.status}`);
    const items = answer.recommendations.map(({ product_id, reason }) =>
      element(
        'li',
        '',
        product_id,
        element('span', 'reason', typeof reason === 'string' ? reason : JSON.stringify(reason)),
      ),
    );
    list.replaceChildren(...(items.length > 0 ? items : [element('li', 'empty', 'nothing to recommend yet')]));
  } catch (error) {
    list.replaceChildren(element('li', 'empty', error.message));
  }
}

document.getElementById('visitor-form').addEventListener('submit', (event) => {
  event.preventDefault();
  recommend(document.getElementById('visitor-id').value);
});
