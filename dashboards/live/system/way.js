import { element } from '../dom.js';
import { count, eventName, milliseconds } from '../format.js';
import { empty } from './figures.js';
import { barOf } from './way-bar.js';

const MAX_WAYS = 60;
const MAX_EARLIER = 3;

const aggregates = {
  product_popularity: (n) => `${count(n)} ${n === 1 ? 'view' : 'views'} this hour`,
  user_cart_summary: (n) => `${count(n)} in the cart`,
  user_purchase_history: (n) => `${count(n)} ${n === 1 ? 'line' : 'lines'} bought`,
  identities: (n) => `${count(n)} linked ${n === 1 ? 'id' : 'ids'}`,
};

/**
 * The way of the visitor's newest event from the click to the row, each step with the time it took; until there is one,
 * that of somebody else's.
 */
export function createWay(body, visitor) {
  const ways = new Map();
  const totals = new Map();
  let newest;

  const show = () => {
    const list = [...ways.values()].filter(({ is_sample }) => is_sample === newest.is_sample);
    const earlier = list
      .filter((way) => way !== newest)
      .slice(-MAX_EARLIER)
      .reverse();
    const time = visitor.timeOf(newest.event_id);
    body.replaceChildren(
      headOf(newest, totals.get(newest.event_id)),
      stepsOf(newest, time),
      barOf(newest),
      earlier.length > 0 ? earlierOf(earlier, totals) : '',
    );
  };
  const time = (way) => {
    const clicked = visitor.timeOf(way.event_id);
    if (way.row === undefined || way.seenAt === undefined) return;
    totals.set(way.event_id, clicked === undefined ? way.row.seen_ms : way.seenAt - clicked.clickedMs);
  };

  body.replaceChildren(empty('Choose a product in the shop: here you see how it becomes a row, step by step.'));
  return {
    /** Takes a step of an event; true when its row is seen for the first time. */
    take(step) {
      const known = ways.get(step.event_id);
      const hadRow = known?.row !== undefined;
      const seenAt = known?.seenAt ?? (step.row === undefined ? undefined : performance.now());
      const way = { ...step, seenAt };
      ways.set(step.event_id, way);
      if (ways.size > MAX_WAYS) ways.delete(ways.keys().next().value);
      time(way);
      const isNewer = newest === undefined || newest.event_id === way.event_id || way.received_ms >= newest.received_ms;
      const mayReplace = newest === undefined || newest.is_sample || !way.is_sample;
      if (isNewer && mayReplace) newest = way;
      else if (newest.is_sample && !way.is_sample) newest = way;
      show();
      return way.row !== undefined && !hadRow;
    },
    /** More is known about how long an event took on this side. */
    show(eventId) {
      const way = ways.get(eventId);
      if (way === undefined) return;
      time(way);
      show();
    },
    totalOf: (eventId) => totals.get(eventId),
  };
}

function headOf({ type, subject, is_sample, failure }, total) {
  return element(
    'p',
    { class: 'way-head' },
    element('strong', {}, eventName(type)),
    subject === null ? '' : element('code', {}, subject),
    element('span', { class: 'badge' }, is_sample ? 'of another shopper' : 'yours'),
    element(
      'span',
      { class: 'total' },
      failure ??
        (total === undefined
          ? 'on its way …'
          : `${is_sample ? 'a row' : 'from the click to the row'}: ${milliseconds(total)}`),
    ),
  );
}

function stepsOf(way, time) {
  const { place, row } = way;
  const invocation = way.function;
  return element(
    'ol',
    { class: 'steps' },
    stepOf(
      'Shop',
      true,
      senderOf(way),
      time?.answeredMs !== undefined && `verdict after ${milliseconds(time.answeredMs)}`,
    ),
    stepOf(
      'Ingestion',
      way.acknowledged_ms !== undefined,
      `valid after ${milliseconds(way.validated_ms)}`,
      way.acknowledged_ms === undefined ? 'waits for the log' : `in the log at ${milliseconds(way.acknowledged_ms)}`,
    ),
    stepOf(
      'Topic',
      place !== undefined,
      place?.topic ?? way.topic,
      place && `partition ${place.partition}`,
      place && `offset ${place.offset}`,
    ),
    stepOf(
      'Lambda',
      invocation !== undefined && !invocation.has_failed,
      invocation?.name,
      invocation && `batch of ${count(invocation.size)}`,
      invocation && `picked up at ${milliseconds(invocation.from_ms)}`,
      invocation && (invocation.has_failed ? 'failed; it comes again' : `took ${milliseconds(took(invocation))}`),
    ),
    stepOf(
      'Tables',
      row !== undefined,
      row?.table,
      row?.aggregate,
      row && (way.is_bot ? 'left out: a crawler' : (aggregates[row.aggregate]?.(row.value) ?? count(row.value))),
      row && `seen at ${milliseconds(row.seen_ms)}`,
    ),
  );
}

const took = ({ from_ms, to_ms }) => to_ms - from_ms;

function senderOf({ type, is_sample }) {
  if (type === 'purchase' || type === 'refund') return "by the shop's server, with the secret key";
  return is_sample ? 'by a page or a server' : 'by this page, with the client';
}

/** Long names may be broken behind each part. */
const breakable = (text) => text.replaceAll('_', '_\u200b');

function stepOf(name, isDone, ...lines) {
  return element(
    'li',
    { class: isDone ? 'is-done' : 'is-open', 'data-step': name },
    element('strong', {}, name),
    element('span', { class: 'lines' }, ...lines.filter(Boolean).map((line) => element('span', {}, breakable(line)))),
    element('span', { class: 'unseen' }, isDone ? 'done' : 'not yet'),
  );
}

function earlierOf(ways, totals) {
  const rows = ways.map(({ event_id, type, subject }) =>
    element(
      'li',
      {},
      element('span', {}, eventName(type)),
      element('code', {}, subject ?? ''),
      element('span', { class: 'number' }, totals.has(event_id) ? milliseconds(totals.get(event_id)) : '…'),
    ),
  );
  return element('ol', { class: 'earlier', 'aria-label': 'Before that' }, ...rows);
}
