import { createBackoff } from './backoff.ts';
import { Delivery } from './delivery.ts';
import type { EventVerdict } from './event-fields.ts';
import { createClock, type Moment } from './event-id.ts';
import { createFallbackQueue, createKeyValueQueue } from './event-queue.ts';
import type { BatchLimits } from './first-batch.ts';
import { createIndexedQueue } from './indexed-queue.ts';
import { type KeyValueStorage, openWebStorage } from './key-value.ts';
import { isPage } from './page-context.ts';
import { followPage } from './page-life.ts';
import { createRecorder, type RecordEvent } from './record-event.ts';
import { openServer, type Server } from './server.ts';
import type { TrackerOptions } from './tracker-interface.ts';
import { createVisitor, type Visitor } from './visitor.ts';

/** What a tracker is made of. `close` flushes and stops. */
export type TrackerParts = {
  server: Server;
  visitor: Visitor;
  delivery: Delivery;
  nextMoment: () => Moment;
  record: RecordEvent;
  close(): Promise<void>;
};

/** A thousand events are a month of a keen visitor who is offline, and well below the 5 MB of `localStorage`. */
const DEFAULT_LIMITS: BatchLimits = { maxEvents: 50, maxBytes: 30_000, maxWaitMs: 1_000, maxQueued: 1_000 };
/** One queue for each server that events go to, so that a replaced key finds what waited. */
const QUEUE = 'bazaarstream:event:';

/**
 * Wires the parts, and begins to send what an earlier page left. `known` is what is known of an event beside what is said.
 *
 * @throws Error when `url` cannot be right.
 */
export function assembleTracker(
  options: TrackerOptions,
  known: (visitor: Visitor) => (type: string, fields: object) => object,
): TrackerParts {
  const server = openServer(options);
  const storage = options.storage ?? (isPage() ? openWebStorage() : new Map<string, string>());
  const isBarred = () => options.respectDoNotTrack === true && isPage() && asksNotToBeTracked();
  const visitor = createVisitor(storage, options.consent !== 'required', isBarred);
  const { mayTrack } = visitor;
  const delivery = deliveryTo(server, storage, mayTrack, options);
  const nextMoment = createClock();
  const unfollow = isPage() ? followPage(delivery) : () => undefined;
  if (mayTrack()) delivery.wake(0);
  return {
    ...{ server, visitor, delivery, nextMoment },
    record: createRecorder(delivery, mayTrack, nextMoment, known(visitor)),
    close() {
      unfollow();
      return delivery.close(!isPage() && options.storage === undefined);
    },
  };
}

function deliveryTo(
  server: Server,
  storage: KeyValueStorage,
  mayTrack: Visitor['mayTrack'],
  options: TrackerOptions,
): Delivery {
  const prefix = `${QUEUE}${server.url}:`;
  const waiting = createKeyValueQueue(storage, prefix);
  const isIndexed = isPage() && options.storage === undefined;
  return new Delivery({
    server,
    storage,
    mayTrack,
    queue: isIndexed ? createFallbackQueue(createIndexedQueue(prefix), waiting) : waiting,
    spill: (event) => void waiting.add(event),
    backoff: createBackoff(storage),
    limits: { ...DEFAULT_LIMITS, ...options.batch },
    report: (verdict) => tell(options.onVerdict, verdict),
  });
}

/** A mistake in the shop's callback must not stop the sending. */
function tell(onVerdict: TrackerOptions['onVerdict'], verdict: EventVerdict): void {
  try {
    onVerdict?.(verdict);
  } catch (error) {
    console.error(error);
  }
}

function asksNotToBeTracked(): boolean {
  const { doNotTrack, globalPrivacyControl } = navigator as Navigator & { globalPrivacyControl?: boolean };
  return doNotTrack === '1' || globalPrivacyControl === true;
}
