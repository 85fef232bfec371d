import { setTimeout as sleep } from 'node:timers/promises';
import { NotAcknowledgedError, postEvents } from '../../../local/sender/post-events.ts';
import type { Target } from '../../../local/sender/target.ts';
import type { TimedEvent } from '../../../local/shoppers/crowd.ts';
import type { Random } from '../../../local/shoppers/random.ts';
import type { Ledger, SentEvent } from './ledger.ts';

const TICK_MS = 40;
const MAX_BATCH = 100;
const MAX_IN_FLIGHT = 8;
/** A sender that lost the answer sends the batch again, with the same ids. */
const CHANCE_AGAIN = 0.1;
const GIVE_UP_AFTER_MS = 45_000;

/** Sends each event when its time has come, and keeps the ledger. `stop` sends no more and waits for what is under way. */
export function startLoad(options: { target: Target; ledger: Ledger; events: Iterator<TimedEvent>; random: Random }): {
  stop(): Promise<void>;
} {
  const { target, ledger, events, random } = options;
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();

  async function send(batch: readonly SentEvent[]): Promise<void> {
    await post({ target, ledger }, batch);
    if (!random.chance(CHANCE_AGAIN)) return;
    ledger.repeated += batch.length;
    await post({ target, ledger }, batch);
  }

  async function run(): Promise<void> {
    const due = dueEvents(events);
    while (!stopping.signal.aborted) {
      const batch = due(MAX_BATCH);
      if (batch.length > 0) {
        const sending = send(batch).finally(() => underWay.delete(sending));
        underWay.add(sending);
      }
      if (underWay.size >= MAX_IN_FLIGHT) await Promise.race(underWay);
      else if (batch.length < MAX_BATCH) await sleep(TICK_MS);
    }
    await Promise.all(underWay);
  }

  const running = run();
  running.catch(() => undefined);
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** Posts a batch until it is answered, and writes down what was said. */
export async function post(
  { target, ledger, sentAt }: { target: Target; ledger: Ledger; sentAt?: string },
  batch: readonly SentEvent[],
): Promise<void> {
  const startedMs = Date.now();
  ledger.send(batch, sentAt);
  const texts = batch.map((event) => JSON.stringify(event));
  const options = { giveUpAfterMs: GIVE_UP_AFTER_MS, ...(sentAt === undefined ? {} : { sentAt }) };
  try {
    const { rejected } = await postEvents(target, texts, options);
    ledger.acknowledge(batch, rejected, startedMs);
  } catch (error) {
    if (!(error instanceof NotAcknowledgedError)) throw error;
    ledger.unanswered += 1;
  }
}

/** Takes what is due by now, at most so many. */
function dueEvents(events: Iterator<TimedEvent>): (limit: number) => SentEvent[] {
  let upcoming = events.next();
  return (limit) => {
    const due: SentEvent[] = [];
    while (!upcoming.done && upcoming.value.atMs <= Date.now() && due.length < limit) {
      due.push(upcoming.value.event as SentEvent);
      upcoming = events.next();
    }
    return due;
  };
}
