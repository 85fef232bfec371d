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

function timeText(time) {
  const isToday = time.toDateString() === new Date().toDateString();
  return time.toLocaleString(undefined, isToday ? { timeStyle: 'short' } : { dateStyle: 'short', timeStyle: 'short' });
}

/** What names a row stands first, then its numbers; what only describes it comes last, where a phone scrolls. */
function arrange(rows, columns) {
  const rank = (column, index) => {
    if (index === 0) return 0;
    return rows.some((row) => row[column] !== null && isNumber(row[column])) ? 1 : 2;
  };
  const ranks = new Map(columns.map((column, index) => [column, rank(column, index)]));
  return columns.toSorted((a, b) => ranks.get(a) - ranks.get(b));
}

function show(column, value) {
  if (value === null || value === undefined) return '–';
  if (/^(product|currency|day)$/.test(column)) return String(value);
  if (isTime(value)) return timeText(new Date(value));
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
    !/^(product|currency|day)$/.test(column) && rows.every((row) => row[column] === null || isNumber(row[column]))
      ? 'number'
      : '';
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

function content({ rows, error }, columns) {
  if (rows.length === 0) return element('p', 'empty', error ?? 'nothing yet');
  return rows.length === 1 && isNumber(rows[0][columns[0]])
    ? figures(rows[0], columns)
    : table(rows, arrange(rows, columns));
}

const shown = new Map();

function createTile({ name, title }) {
  const fresh = element('span', 'fresh');
  const body = element('div', 'scroll');
  body.tabIndex = 0;
  body.setAttribute('role', 'region');
  body.setAttribute('aria-label', title);
  document
    .getElementById('tiles')
    .append(element('section', 'tile', element('div', 'heading', element('h2', '', title), fresh), body));
  shown.set(name, { fresh, body, json: '' });
  return shown.get(name);
}

/** Only what changed is drawn again, so that focus and scroll position stay where the reader put them. */
function update(tile) {
  const place = shown.get(tile.name) ?? createTile(tile);
  const all = Object.keys(tile.rows[0] ?? {});
  const age = all.find((column) => FRESHNESS.test(column));
  const columns = all.filter((column) => column !== age);
  place.fresh.textContent = freshness(tile.rows[0], age);
  const json = JSON.stringify([tile.error, tile.rows.map((row) => columns.map((column) => row[column]))]);
  if (json === place.json) return;
  place.json = json;
  place.body.replaceChildren(content(tile, columns));
}

const state = document.getElementById('state');
const live = new EventSource('/live');
live.addEventListener('tiles', ({ data }) => {
  JSON.parse(data).forEach(update);
  const text = `live · ${new Date().toLocaleTimeString()}`;
  if (state.textContent !== text) state.textContent = text;
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
