import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../platform/errors.ts';
import type { SourceBatch, SourceRecord } from './source.ts';

export type TriggerLog = (message: string) => void;

export type DeliverySettings = {
  /** At most so many records in one invocation. */
  maxRecords: number;
  /** How long an invocation waits for more records, counted from its oldest one; 0: it waits for nothing. */
  windowMs: number;
  firstBackoffMs: number;
  maxBackoffMs: number;
  /** So many failures of the same records, and they are cut in halves. */
  failuresBeforeBisect: number;
};

export const DEFAULT_DELIVERY: DeliverySettings = {
  maxRecords: 2_000,
  windowMs: 0,
  firstBackoffMs: 100,
  maxBackoffMs: 5_000,
  failuresBeforeBisect: 3,
};

export type Delivery = {
  batch: SourceBatch;
  /** `alone`: these records have failed and must not fail others. */
  invoke: (records: readonly SourceRecord[], alone: boolean) => Promise<unknown>;
  settings: DeliverySettings;
  signal: AbortSignal;
  log: TriggerLog;
};

/**
 * Hands a fetched batch to a function in order, in slices, and commits behind each one that succeeded. A slice that
 * fails comes again after a pause, and in halves after that, so that one bad record ends up alone. It is then tried for
 * ever, each time with a line in the log: nothing is dropped. Returns early, uncommitted, when the signal is aborted.
 */
export async function deliver(delivery: Delivery): Promise<void> {
  const { records } = delivery.batch;
  const { maxRecords } = delivery.settings;
  for (let start = 0; start < records.length; start += maxRecords)
    await deliverSlice(delivery, records.slice(start, start + maxRecords), false);
}

async function deliverSlice(delivery: Delivery, slice: readonly SourceRecord[], suspect: boolean): Promise<void> {
  const { batch, invoke, settings, signal, log } = delivery;
  for (let failures = 0; !signal.aborted; ) {
    batch.assertOwned();
    try {
      await invoke(slice, suspect || failures > 0);
      break;
    } catch (error) {
      failures += 1;
      log(`${describe(slice)} failed (${failures}): ${messageOf(error)}`);
    }
    if (failures >= settings.failuresBeforeBisect && slice.length > 1) return deliverHalves(delivery, slice);
    await pause(Math.min(settings.firstBackoffMs * 2 ** (failures - 1), settings.maxBackoffMs), signal);
  }
  const last = slice.at(-1);
  if (last !== undefined && !signal.aborted) await batch.commit(last);
}

async function deliverHalves(delivery: Delivery, slice: readonly SourceRecord[]): Promise<void> {
  const middle = Math.ceil(slice.length / 2);
  await deliverSlice(delivery, slice.slice(0, middle), true);
  await deliverSlice(delivery, slice.slice(middle), true);
}

function describe(slice: readonly SourceRecord[]): string {
  const [first] = slice;
  return `${slice.length} records of ${first?.topic}-${first?.partition} from offset ${first?.offset}`;
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
