import { EventEmitter } from 'node:events';
import * as z from 'zod';

const placeSchema = z.object({ event_id: z.string(), topic: z.string(), partition: z.number(), offset: z.string() });

/** What the API and the consumers tell each other while somebody watches. */
const messageSchema = z.discriminatedUnion('kind', [
  /** From the API: report invocations until then (milliseconds since 1970). Repeated while somebody watches. */
  z.object({ kind: z.literal('watch'), untilMs: z.number() }),
  /** From the consumers: an invocation has ended. */
  z.object({
    kind: z.literal('invocation'),
    functionName: z.string(),
    startedMs: z.number(),
    endedMs: z.number(),
    hasFailed: z.boolean(),
    size: z.number(),
    places: z.array(placeSchema),
  }),
]);
export type WayMessage = z.output<typeof messageSchema>;
export type InvocationReport = Extract<WayMessage, { kind: 'invocation' }>;

/** Between the API and the consumers. What is sent may be lost: it tells, and nothing is decided by it. */
export type Channel = {
  send(message: WayMessage): void;
  listen(listener: (message: WayMessage) => void): void;
};

/** Both in one process. */
export function createLocalChannel(): Channel {
  const emitter = new EventEmitter();
  return {
    send: (message) => void emitter.emit('message', message),
    listen: (listener) => void emitter.on('message', listener),
  };
}

/** In processes of their own, through the parent, which passes on to the others what one of them says. */
export function createProcessChannel(): Channel {
  return {
    send: (message) => void process.send?.(message, undefined, undefined, () => undefined),
    listen: (listener) =>
      void process.on('message', (value) => {
        const message = messageSchema.safeParse(value);
        if (message.success) listener(message.data);
      }),
  };
}
