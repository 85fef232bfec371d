import { element } from '../dom.js';
import { milliseconds } from '../format.js';

/** So that a part that took no measurable time is still seen. */
const LEAST_MS = 0.6;

/** The server's part of a way as a bar in proportion to its times; parts that are not known yet are left out. */
export function barOf({ acknowledged_ms, function: invocation, row }) {
  const marks = [
    ['ingestion', 0, acknowledged_ms],
    ['topic', acknowledged_ms, invocation?.from_ms],
    ['lambda', invocation?.from_ms, invocation?.to_ms],
    ['tables', invocation?.to_ms, row?.seen_ms],
  ];
  const parts = marks.filter(([, from, to]) => from !== undefined && to !== undefined).map(partOf);
  const total = row === undefined ? '' : milliseconds(row.seen_ms);
  return element(
    'div',
    { class: 'way-bar', 'aria-hidden': 'true' },
    element('div', { class: 'parts' }, ...parts),
    element('span', {}, total === '' ? '' : `0 – ${total} from the request to the row that was seen`),
  );
}

function partOf([name, from, to]) {
  // The consumer may have a record before the producer hears that it is there.
  const took = Math.max(LEAST_MS, to - Math.max(0, from));
  const part = element('span', { class: `part ${name}` }, element('i', {}, name));
  part.style.flexGrow = String(took);
  return part;
}
