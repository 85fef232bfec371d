/**
 * The local event source mapping: gives each function its topic's records as Lambda would.
 *
 *   const trigger = await startTrigger({ source: createKafkaSource(brokers), brokers, mappings, log });
 *   await trigger.stop();
 */
import type { MSKEvent } from 'aws-lambda';
import { DEFAULT_DELIVERY, type DeliverySettings, deliver, type TriggerLog } from './deliver.ts';
import { createGatheringInvoke } from './gather.ts';
import { toMskEvent } from './msk-event.ts';
import { type InvocationObserver, observed } from './observe.ts';
import type { LogSource } from './source.ts';

/** A function and the topic that it reads; the function's name is its consumer group. */
export type Mapping = { functionName: string; topic: string; handler: (event: MSKEvent) => Promise<unknown> };

/** Starts one consumer group for each function; `stop` lets running invocations end and commits nothing unfinished. */
export async function startTrigger(options: {
  source: LogSource;
  brokers: readonly string[];
  mappings: readonly Mapping[];
  log: TriggerLog;
  settings?: Partial<DeliverySettings>;
  observe?: InvocationObserver;
}): Promise<{ stop(): Promise<void> }> {
  const { source, brokers, mappings, log, observe = () => undefined } = options;
  const settings = { ...DEFAULT_DELIVERY, ...options.settings };
  const consumers = await Promise.all(
    mappings.map(({ functionName, topic, handler }) => {
      const hand = observed(functionName, (records) => handler(toMskEvent(records, brokers)), observe);
      const invoke = createGatheringInvoke(hand, settings);
      const say = (message: string) => log(`${functionName}: ${message}`);
      return source.consume({
        group: functionName,
        topic,
        work: (batch, signal) => deliver({ batch, settings, signal, invoke, log: say }),
      });
    }),
  );
  return {
    stop: async () => {
      await Promise.all(consumers.map((consumer) => consumer.stop()));
    },
  };
}
