import definition, { type ProduceCall, type Protocol } from 'kafkajs/src/protocol/requests/produce/index.js';
import { encodeProduceRequest, type TopicBatches } from './produce-request.ts';

/** The newest that kafkajs speaks; brokers have it since 2.1 (2018). */
const VERSION = 7;
const NO_PRODUCER_ID = -1;

/**
 * Has kafkajs send what we encode, where it sends what we send: records with text for key and value and nothing else.
 * Its own encoder makes several buffers for each record and takes five to nine times as long for the same bytes (decision
 * 17). For everything else, and for other versions, it stays in force.
 */
export function encodeProduceOurselves(): void {
  if (definition.protocol !== ownProtocol) definition.protocol = ownProtocol;
}

const kafkajsProtocol = definition.protocol;

const ownProtocol: Protocol = ({ version }) => {
  const make = kafkajsProtocol({ version });
  if (version !== VERSION) return make;
  return (call) => {
    const { request, response } = make(call);
    const topics = plainBatches(call);
    if (topics === undefined) return { request, response };
    const { acks, timeout: timeoutMs } = call;
    const encode = async () => {
      const bytes = encodeProduceRequest({ acks, timeoutMs, topics }, Date.now());
      return { buf: bytes, buffer: bytes };
    };
    return { request: { ...request, encode }, response };
  };
};

function plainBatches({
  transactionalId,
  producerId,
  compression,
  topicData,
}: ProduceCall): TopicBatches[] | undefined {
  if (transactionalId || compression || (producerId ?? NO_PRODUCER_ID) !== NO_PRODUCER_ID) return undefined;
  return topicData.every(isPlain) ? topicData : undefined;
}

function isPlain(data: ProduceCall['topicData'][number]): data is TopicBatches & typeof data {
  return data.partitions.every(({ messages }) =>
    messages.every(
      ({ key, value, headers, timestamp }) =>
        typeof key === 'string' && typeof value === 'string' && headers === undefined && timestamp === undefined,
    ),
  );
}
