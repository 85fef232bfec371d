import type { MSKEvent } from 'aws-lambda';
import { type Topic, topicNames } from '../../events/topics.ts';
import { messageOf } from '../../platform/errors.ts';
import { parseFailedBatch } from './parse-failed-batch.ts';

/** Where failed batches wait. Each call is bounded in time and throws when it could not be done. */
export interface FailedBatchStore {
  /** Keys, oldest first; not necessarily all that there are. */
  list(): Promise<string[]>;
  /** Undefined when it is gone: another run was faster. */
  read(key: string): Promise<string | undefined>;
  remove(key: string): Promise<void>;
}

/** Brings an event to the consumer of the topic; throws when the consumer failed. */
export type Invoke = (topic: Topic, event: MSKEvent) => Promise<unknown>;

/** What became of the batches: `waiting` for the next run, `unreadable` for a person. */
export type ReplayCounts = { replayed: number; waiting: number; unreadable: number };

export type ReplayOptions = {
  store: FailedBatchStore;
  invoke: Invoke;
  log: Record<'info' | 'warn', (message: string, fields: Record<string, unknown>) => void>;
  /** How long this run may go on. */
  remainingMs: () => number;
  /** The longest that reading a batch, one invocation and removing it take together. */
  longestStepMs: number;
};

/**
 * Replays what Lambda gave up on, oldest first. A topic whose consumer fails is left for the next run, and so is what there
 * is no time for. Consumers store an event once however often it comes, so a batch may be replayed again, by two runs at
 * once, or after a run that ended between its parts.
 *
 * @throws when the batches cannot be listed; everything later is logged, by key, and counted.
 */
export async function replayFailedBatches(options: ReplayOptions): Promise<ReplayCounts> {
  const { store, log, remainingMs, longestStepMs } = options;
  const counts: ReplayCounts = { replayed: 0, waiting: 0, unreadable: 0 };
  const failing = new Set<Topic>();
  const keys = await store.list();
  for (const [index, key] of keys.entries()) {
    if (failing.size === topicNames.length || remainingMs() < longestStepMs) {
      counts.waiting += keys.length - index;
      break;
    }
    const outcome = await replayObject(options, key, failing);
    if (outcome !== 'gone') counts[outcome] += 1;
  }
  log.info('failed batches replayed', { ...counts, failing: [...failing], outOfTime: remainingMs() < longestStepMs });
  return counts;
}

async function replayObject(
  options: ReplayOptions,
  key: string,
  failing: Set<Topic>,
): Promise<keyof ReplayCounts | 'gone'> {
  const { store, log } = options;
  let text: string | undefined;
  try {
    text = await store.read(key);
  } catch (error) {
    log.warn('failed batch could not be read', { key, reason: messageOf(error) });
    return 'unreadable';
  }
  if (text === undefined) return 'gone';
  const batch = parseFailedBatch(text);
  if (batch === undefined) {
    log.warn('object is no failed batch', { key });
    return 'unreadable';
  }
  if (failing.has(batch.topic)) return 'waiting';
  try {
    const isDone = await sendAll(options, batch.topic, batch.events);
    if (isDone) await store.remove(key);
    return isDone ? 'replayed' : 'waiting';
  } catch (error) {
    failing.add(batch.topic);
    log.warn('failed batch could not be replayed', { key, topic: batch.topic, reason: messageOf(error) });
    return 'waiting';
  }
}

/** False when the time did not suffice for all. */
async function sendAll(
  { invoke, remainingMs, longestStepMs }: ReplayOptions,
  topic: Topic,
  events: readonly MSKEvent[],
): Promise<boolean> {
  for (const event of events) {
    if (remainingMs() < longestStepMs) return false;
    await invoke(topic, event);
  }
  return true;
}
