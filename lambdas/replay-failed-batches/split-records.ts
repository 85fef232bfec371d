import type { MSKRecord } from 'aws-lambda';

/** As many as the event source mappings send at once. */
const MAX_RECORDS = 500;
/** A synchronous invocation takes 6 MB (Lambda quotas); the rest is for what surrounds the records. */
const MAX_BYTES = 5 * 1024 * 1024;

/**
 * Cuts records, in their order, into parts that one invocation takes.
 *
 * @returns undefined when one record alone is too large for any.
 */
export function splitRecords(records: readonly MSKRecord[]): MSKRecord[][] | undefined {
  const parts: MSKRecord[][] = [];
  let bytesOfLast = 0;
  for (const record of records) {
    const bytes = Buffer.byteLength(JSON.stringify(record));
    if (bytes > MAX_BYTES) return undefined;
    const last = parts.at(-1);
    if (last === undefined || last.length === MAX_RECORDS || bytesOfLast + bytes > MAX_BYTES) {
      parts.push([record]);
      bytesOfLast = bytes;
    } else {
      last.push(record);
      bytesOfLast += bytes;
    }
  }
  return parts;
}
