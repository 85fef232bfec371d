import { AsyncLocalStorage } from 'node:async_hooks';
import * as z from 'zod';
import type { EventRecord } from '../../events/record.ts';
import type { EventPublisher } from '../../ingestion/publisher.ts';

type Fetch = (request: Request) => Response | Promise<Response>;

/** Times are milliseconds since 1970. */
export type IngestionObserver = {
  isWatched(): boolean;
  /** The events passed validation and are on their way to the log. */
  onValidated(records: readonly EventRecord[], receivedMs: number, validatedMs: number): void;
  /** The log has them, or does not say so. */
  onAcknowledged(records: readonly EventRecord[], atMs: number, hasFailed: boolean): void;
  onRejected(rejections: readonly Rejection[]): void;
};

const rejectionSchema = z.object({
  event_id: z.string().nullish(),
  code: z.string(),
  message: z.string(),
  path: z.string().nullish(),
});
const answerSchema = z.object({ rejected: z.array(rejectionSchema) });
/** The verdict on an event that was not accepted, as its sender got it. */
export type Rejection = z.output<typeof rejectionSchema>;

/** Looks at ingestion from outside: at its requests, and at what it gives to its publisher. Both stay as they are. */
export function observeIngestion(observer: IngestionObserver) {
  const arrivals = new AsyncLocalStorage<number>();
  return {
    publisher: (inner: EventPublisher): EventPublisher => ({
      async publish(records) {
        const validatedMs = Date.now();
        observer.onValidated(records, arrivals.getStore() ?? validatedMs, validatedMs);
        const acknowledge = (hasFailed: boolean) => observer.onAcknowledged(records, Date.now(), hasFailed);
        await inner.publish(records).then(
          () => acknowledge(false),
          (error: unknown) => {
            acknowledge(true);
            throw error;
          },
        );
      },
      close: () => inner.close(),
    }),
    fetch:
      (inner: Fetch): Fetch =>
      async (request) => {
        const response = await arrivals.run(Date.now(), () => inner(request));
        if (request.method === 'POST' && (observer.isWatched() || !response.ok))
          void rejectionsIn(response.clone()).then((found) => found.length > 0 && observer.onRejected(found));
        return response;
      },
  };
}

async function rejectionsIn(response: Response): Promise<Rejection[]> {
  const answer = answerSchema.safeParse(await response.json().catch(() => undefined));
  return answer.success ? answer.data.rejected : [];
}
