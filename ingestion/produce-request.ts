import { crc32c } from './crc32c.ts';

/** Records of one topic by partition, as a request carries them. */
export type TopicBatches = {
  topic: string;
  partitions: readonly { partition: number; messages: readonly { key: string; value: string }[] }[];
};
export type ProduceRequest = { acks: number; timeoutMs: number; topics: readonly TopicBatches[] };

/** Everything beside records: null for no transaction, acks, timeout, number of topics. */
const REQUEST_BYTES = 2 + 2 + 4 + 4;
/** Length of the name and number of partitions. */
const TOPIC_BYTES = 2 + 4;
/** Number of the partition and length of its batch, and the batch without records. */
const PARTITION_BYTES = 4 + 4 + 61;
/** Attributes, number of headers, and at their longest four lengths and deltas in one to five bytes. */
const RECORD_BYTES = 2 + 4 * 5;
/** The length of a batch counts from behind itself. */
const BATCH_LENGTH_END = 8 + 4;
const RECORD_FORMAT = 2;
const NO_PRODUCER_ID = -1n;

/**
 * The body of a Produce request, versions 3 to 7, with records of format 2 that are neither packed nor of a transaction nor
 * numbered (kafka.apache.org/protocol, "Record Batch"): one buffer of the right size, written once.
 */
export function encodeProduceRequest({ acks, timeoutMs, topics }: ProduceRequest, now: number): Buffer {
  const bytes = Buffer.allocUnsafe(sizeBound(topics));
  let end = bytes.writeInt16BE(-1, 0);
  end = bytes.writeInt16BE(acks, end);
  end = bytes.writeInt32BE(timeoutMs, end);
  end = bytes.writeInt32BE(topics.length, end);
  for (const { topic, partitions } of topics) {
    const name = end + 2;
    bytes.writeInt16BE(bytes.write(topic, name), end);
    end = bytes.writeInt32BE(partitions.length, name + bytes.readInt16BE(end));
    for (const { partition, messages } of partitions) {
      const start = bytes.writeInt32BE(partition, end) + 4;
      end = writeBatch(bytes, start, messages, BigInt(now));
      bytes.writeInt32BE(end - start, start - 4);
    }
  }
  return bytes.subarray(0, end);
}

type Messages = TopicBatches['partitions'][number]['messages'];

function sizeBound(topics: readonly TopicBatches[]): number {
  let size = REQUEST_BYTES;
  for (const { topic, partitions } of topics) {
    size += TOPIC_BYTES + Buffer.byteLength(topic);
    for (const { messages } of partitions) {
      size += PARTITION_BYTES + messages.length * RECORD_BYTES;
      for (const { key, value } of messages) size += Buffer.byteLength(key) + Buffer.byteLength(value);
    }
  }
  return size;
}

/** Writes a batch at `start` and gives its end. */
function writeBatch(bytes: Buffer, start: number, messages: Messages, now: bigint): number {
  let end = bytes.writeBigInt64BE(0n, start) + 4;
  end = bytes.writeInt32BE(0, end);
  end = bytes.writeInt8(RECORD_FORMAT, end);
  const summed = end + 4;
  end = bytes.writeInt16BE(0, summed);
  end = bytes.writeInt32BE(messages.length - 1, end);
  end = bytes.writeBigInt64BE(now, end);
  end = bytes.writeBigInt64BE(now, end);
  end = bytes.writeBigInt64BE(NO_PRODUCER_ID, end);
  end = bytes.writeInt16BE(0, end);
  end = bytes.writeInt32BE(0, end);
  end = bytes.writeInt32BE(messages.length, end);
  for (const [index, message] of messages.entries()) end = writeRecord(bytes, end, message, index);
  bytes.writeInt32BE(end - start - BATCH_LENGTH_END, start + 8);
  bytes.writeUInt32BE(crc32c(bytes, summed, end), summed - 4);
  return end;
}

function writeRecord(bytes: Buffer, start: number, { key, value }: Messages[number], index: number): number {
  const [keyBytes, valueBytes] = [Buffer.byteLength(key), Buffer.byteLength(value)];
  const lengths = varintBytes(index) + varintBytes(keyBytes) + varintBytes(valueBytes);
  // Attributes, the time that has passed since the batch's, and the number of headers: a zero each.
  let end = writeVarint(bytes, start, 3 + lengths + keyBytes + valueBytes);
  end = bytes.writeInt16BE(0, end);
  end = writeVarint(bytes, end, index);
  end = writeVarint(bytes, end, keyBytes);
  end += bytes.write(key, end);
  end = writeVarint(bytes, end, valueBytes);
  end += bytes.write(value, end);
  return bytes.writeInt8(0, end);
}

/** Of a number that is not negative, which zigzag doubles: seven bits a byte. */
function varintBytes(value: number): number {
  return Math.max(1, Math.ceil((32 - Math.clz32(value << 1)) / 7));
}

function writeVarint(bytes: Buffer, start: number, value: number): number {
  let [rest, end] = [value << 1, start];
  for (; rest > 0x7f; rest >>>= 7) end = bytes.writeUInt8((rest & 0x7f) | 0x80, end);
  return bytes.writeUInt8(rest, end);
}
