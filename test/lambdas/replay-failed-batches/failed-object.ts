import type { MSKEvent, MSKRecord } from 'aws-lambda';
import { type EventRecord, encodeRecord } from '../../../events/record.ts';
import { type Topic, topicNames, topicOf } from '../../../events/topics.ts';
import { mskEvent, mskRecord } from '../../delivery/msk-event.ts';

/** What Lambda writes to the bucket when it gives up on an event, as its documentation shows it. */
export function failedObject(event: MSKEvent, fields: Record<string, unknown> = {}): string {
  const payload = JSON.stringify(event);
  const records = Object.entries(event.records);
  return JSON.stringify({
    requestContext: {
      requestId: '316aa6d0-8154-4bc7-9af7-85d5f4a6bc81',
      functionArn: 'arn:aws:lambda:eu-central-1:123456789012:function:somebody-elses',
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 11,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: '2026-11-14T00:38:06.021Z',
    KafkaBatchInfo: {
      batchSize: records.flatMap(([, group]) => group).length,
      eventSourceArn: event.eventSourceArn,
      bootstrapServers: event.bootstrapServers,
      payloadSize: Buffer.byteLength(payload),
      recordsInfo: Object.fromEntries(records.map(([name, group]) => [name, offsetsOf(group)])),
    },
    payload,
    ...fields,
  });
}

function offsetsOf(group: readonly MSKRecord[]): Record<string, string> {
  return { firstRecordOffset: String(group[0]?.offset), lastRecordOffset: String(group.at(-1)?.offset) };
}

/** Failed batches of `size` records of each topic, in turn, as objects with their keys. */
export function failedObjects(records: readonly EventRecord[], size: number): (readonly [key: string, text: string])[] {
  const events = topicNames.flatMap((topic) => eventsOf(topic, records, size).map((event, n) => ({ topic, event, n })));
  events.sort((a, b) => a.n - b.n);
  return events.map(({ topic, event, n }) => [`aws/lambda/${topic}/${n}`, failedObject(event)]);
}

function eventsOf(topic: Topic, records: readonly EventRecord[], size: number): MSKEvent[] {
  const chosen = records.flatMap((record, offset) =>
    topicOf(record.event.type) === topic ? [mskRecord(topic, offset, encodeRecord(record))] : [],
  );
  return Array.from({ length: Math.ceil(chosen.length / size) }, (_, n) =>
    mskEvent(chosen.slice(n * size, (n + 1) * size)),
  );
}
