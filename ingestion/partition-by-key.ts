import type { ICustomPartitioner } from 'kafkajs';

/** The constants of Kafka's own Java client: `org.apache.kafka.common.utils.Utils.murmur2`. */
const SEED = 0x9747b28c;
const MULTIPLIER = 0x5bd1e995;
const SHIFT = 24;
const WORD_BYTES = 4;
/** Java's numbers have a sign, partitions have none. */
const POSITIVE = 0x7fffffff;

/**
 * The partition that Kafka's own client gives a key. kafkajs gives the same, with 64 bit numbers that it makes of two others,
 * which takes about as long as to encode a record. Every record of ours has a key; those without would all share a partition.
 * The choice is noted on the message, so that who sends it can tell whether it was answered for.
 */
export const partitionByKey: ICustomPartitioner = () => {
  return ({ partitionMetadata, message }) => {
    const { key } = message;
    const bytes = typeof key === 'string' ? Buffer.from(key) : (key ?? Buffer.alloc(0));
    const partition = (murmur2(bytes) & POSITIVE) % partitionMetadata.length;
    message.partition = partition;
    return partition;
  };
};

function murmur2(bytes: Buffer): number {
  let hash = SEED ^ bytes.length;
  let offset = 0;
  for (; offset + WORD_BYTES <= bytes.length; offset += WORD_BYTES) {
    const word = Math.imul(bytes.readInt32LE(offset), MULTIPLIER);
    hash = Math.imul(hash, MULTIPLIER) ^ Math.imul(word ^ (word >>> SHIFT), MULTIPLIER);
  }
  if (offset < bytes.length) hash = Math.imul(hash ^ bytes.readUIntLE(offset, bytes.length - offset), MULTIPLIER);
  hash = Math.imul(hash ^ (hash >>> 13), MULTIPLIER);
  return hash ^ (hash >>> 15);
}
