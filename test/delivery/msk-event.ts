import type { MSKEvent, MSKRecord } from 'aws-lambda';

/** A record as Lambda hands it to a consumer. */
export function mskRecord(topic: string, offset: number, value: string | Buffer | null): MSKRecord {
  const encoded = value === null ? null : Buffer.from(value).toString('base64');
  const record = {
    topic,
    partition: 0,
    offset,
    timestamp: 0,
    timestampType: 'CREATE_TIME' as const,
    headers: [],
    key: '',
  };
  return { ...record, value: encoded as string };
}

/** One invocation's records, all of one partition. */
export function mskEvent(records: readonly MSKRecord[]): MSKEvent {
  const [first] = records;
  const group = `${first?.topic ?? 'none'}-${first?.partition ?? 0}`;
  return { eventSource: 'aws:kafka', eventSourceArn: '', bootstrapServers: '', records: { [group]: [...records] } };
}
