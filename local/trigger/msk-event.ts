import type { MSKEvent, MSKRecord } from 'aws-lambda';
import type { SourceRecord } from './source.ts';

/** What Lambda gives a function for these records: grouped by `topic-partition`, everything binary in base64. */
export function toMskEvent(records: readonly SourceRecord[], brokers: readonly string[]): MSKEvent {
  const groups: Record<string, MSKRecord[]> = {};
  for (const record of records) {
    const name = `${record.topic}-${record.partition}`;
    groups[name] ??= [];
    groups[name].push(toMskRecord(record));
  }
  return {
    eventSource: 'aws:kafka',
    eventSourceArn: 'arn:aws:kafka:local:000000000000:cluster/local',
    bootstrapServers: brokers.join(','),
    records: groups,
  };
}

function toMskRecord({ topic, partition, offset, timestampMs, key, value, headers }: SourceRecord): MSKRecord {
  const record = {
    topic,
    partition,
    offset: Number(offset),
    timestamp: timestampMs,
    timestampType: 'CREATE_TIME' as const,
    headers: headers.map((header) => ({ [header.name]: [...header.value] })),
    key: key?.toString('base64'),
    value: value?.toString('base64') ?? null,
  };
  // Lambda leaves out a key that is not there and gives a tombstone null; the published type knows neither.
  return record as typeof record & { key: string; value: string };
}
