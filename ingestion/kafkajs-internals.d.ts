/** What kafkajs does not declare of itself, as of 2.2.4. */
declare module 'kafkajs/src/protocol/requests/produce/index.js' {
  export type ProduceCall = {
    acks: number;
    timeout: number;
    transactionalId?: string | null | undefined;
    producerId?: unknown;
    producerEpoch?: number;
    compression?: number | undefined;
    topicData: {
      topic: string;
      partitions: {
        partition: number;
        firstSequence?: number;
        messages: { key?: unknown; value: unknown; headers?: unknown; timestamp?: unknown }[];
      }[];
    }[];
  };
  /** As much of kafkajs's own buffers as writing one into another takes. */
  export type Encoded = { buf: Buffer; buffer: Buffer };
  export type Made = { request: { encode(): Promise<Encoded> }; response: unknown };
  export type Protocol = (wanted: { version: number }) => (call: ProduceCall) => Made;
  const definition: { protocol: Protocol };
  export default definition;
}
