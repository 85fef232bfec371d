import { type Topic, topicNames } from '../../events/topics.ts';
import { defaultAssumptions } from '../../lib/cost/assumptions.ts';
import { median } from '../report/quantiles.ts';
import type { Measured } from './bills.ts';
import type { FunctionCall } from './functions.ts';
import type { Ingestion } from './ingestion.ts';
import { storedBytes, type TableBytes } from './table-bytes.ts';
import type { Parts, Writing } from './write-path.ts';

const { viewShare, cartShare, purchaseShare } = defaultAssumptions;
const shares: Record<Topic, number> = { product_views: viewShare, cart_events: cartShare, purchases: purchaseShare };
/** Of the rates that are written at, the one whose log is taken for the history: batches of one would overstate it. */
const HISTORY_RATE = 100;
const DIGITS = 3;

/** What was measured, under the names of the assumptions that say the same. The mix of topics is the assumed one. */
export function measuredAssumptions(measured: {
  writing: Writing;
  tables: readonly TableBytes[];
  ingestion: Ingestion;
  recommending: readonly FunctionCall[];
}): Measured {
  const { writing, tables, ingestion, recommending } = measured;
  const { rawRow, lasting } = storedBytes(tables);
  const asked = (part: Parts) => recommending.reduce((sum, call) => sum + call[part], 0) / recommending.length;
  const values: Measured = {
    eventBytes: ingestion.eventBytes,
    recordBytes: ingestion.recordBytes,
    rawRowBytes: rawRow,
    lastingBytesPerEvent: lasting,
    historyBytesPerEvent: mixed((topic) => perEvent(writing, topic, 'walBytes')),
    ...processorTimes(writing),
    recommendationCpuMs: asked('databaseMs'),
    eventBytesToNeon: mixed((topic) => writing.lines[topic].toNeon.event),
    batchBytesToNeon: mean(topicNames.map((topic) => writing.lines[topic].toNeon.batch)),
    recommendationBytesToNeon: asked('toNeon'),
    batchBytesFromNeon: mean(
      writing.batches.filter(({ rate }) => rate === HISTORY_RATE).map(({ fromNeon }) => fromNeon),
    ),
    recommendationBytesFromNeon: asked('fromNeon'),
  };
  const unmeasured = Object.entries(values).filter(([, value]) => !(value > 0));
  if (unmeasured.length > 0) throw new Error(`not measured: ${unmeasured.map((entry) => entry.join(' ')).join(', ')}`);
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Number(value.toPrecision(DIGITS))]),
  ) as Measured;
}

/** In the database: of the backends, and with each its share of what the server does beside them. */
function processorTimes({ lines, backgroundShare }: Writing): Measured {
  const of = (topic: Topic, part: 'batch' | 'event') => lines[topic].databaseMs[part] * (1 + backgroundShare);
  return {
    viewBatchCpuMs: of('product_views', 'batch'),
    viewCpuMs: of('product_views', 'event'),
    cartBatchCpuMs: of('cart_events', 'batch'),
    cartCpuMs: of('cart_events', 'event'),
    purchaseBatchCpuMs: of('purchases', 'batch'),
    purchaseCpuMs: of('purchases', 'event'),
  };
}

/** What is measured beside an estimate for Lambda, which has a network and a part of a processor. Milliseconds. */
export function localDurations(writing: Writing, recommending: readonly FunctionCall[], { requests }: Ingestion) {
  const [one, several] = requests;
  const perEventMs = ((several?.ms ?? 0) - (one?.ms ?? 0)) / ((several?.events ?? 0) - (one?.events ?? 0));
  return {
    batchMs: mean(topicNames.map((topic) => writing.lines[topic].ms.batch)),
    batchMsPerEvent: mixed((topic) => writing.lines[topic].ms.event),
    recommendMs: median(recommending.map(({ ms }) => ms)),
    postMs: (one?.ms ?? 0) - perEventMs,
    postMsPerEvent: perEventMs,
  };
}

function perEvent({ batches }: Writing, topic: Topic, part: Parts): number {
  const of = batches.find((each) => each.topic === topic && each.rate === HISTORY_RATE);
  if (of === undefined) throw new Error(`no batch of ${topic} was written at ${HISTORY_RATE} events a second`);
  return of[part] / of.eventsPerBatch;
}

function mixed(of: (topic: Topic) => number): number {
  return topicNames.reduce((sum, topic) => sum + shares[topic] * of(topic), 0);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
