/** Castagnoli's polynomial, reversed (RFC 3720, appendix B.4). */
const POLYNOMIAL = 0x82f63b78;
const BYTE_VALUES = 256;
const BYTES_AT_ONCE = 4;

/** At `n * 256 + byte`: what a byte does to the sum when `n` bytes come after it. */
const TABLE = createTable();

function createTable(): Int32Array {
  const table = new Int32Array(BYTES_AT_ONCE * BYTE_VALUES);
  for (let byte = 0; byte < BYTE_VALUES; byte += 1) {
    let sum = byte;
    for (let bit = 0; bit < 8; bit += 1) sum = (sum & 1) === 1 ? (sum >>> 1) ^ POLYNOMIAL : sum >>> 1;
    table[byte] = sum;
  }
  for (let index = BYTE_VALUES; index < table.length; index += 1) {
    const before = table[index - BYTE_VALUES] ?? 0;
    table[index] = (before >>> 8) ^ (table[before & 0xff] ?? 0);
  }
  return table;
}

function shift(byte: number, bytesAfter: number): number {
  return TABLE[bytesAfter * BYTE_VALUES + byte] ?? 0;
}

/** CRC-32C of the bytes from `start` to before `end`, as Kafka asks for it; four bytes at a time. */
export function crc32c(bytes: Buffer, start: number, end: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let sum = -1;
  let offset = start;
  for (; offset + BYTES_AT_ONCE <= end; offset += BYTES_AT_ONCE) {
    sum ^= view.getInt32(offset, true);
    sum = shift(sum & 0xff, 3) ^ shift((sum >>> 8) & 0xff, 2) ^ shift((sum >>> 16) & 0xff, 1) ^ shift(sum >>> 24, 0);
  }
  for (; offset < end; offset += 1) sum = shift((sum ^ view.getUint8(offset)) & 0xff, 0) ^ (sum >>> 8);
  return ~sum >>> 0;
}
