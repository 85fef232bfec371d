import { expect, test } from 'vitest';
import { eventSchema, eventTypes } from '../../events/event.ts';
import { clockSkewMs, encodeRecord, parseRecord } from '../../events/record.ts';
import { recordKey, topicNames, topicOf } from '../../events/topics.ts';
import { aPurchase, aView } from './sample-events.ts';

const identity = { event_id: '6f1c1f0e-8a3e-4a53-9d0e-0f1de0a1b2c3', occurred_at: '2026-11-01T12:00:00Z' };
const stamp = { source: 'web', trusted: false, is_bot: true, received_at: '2026-11-01T12:00:01.000Z' };
const flat = { ...aView(identity), ...stamp };
const issuesOf = (value: unknown) => {
  const parsed = parseRecord(value);
  return parsed.success ? [] : parsed.issues.map((issue) => issue.path.join('.'));
};

test('reads back from a topic what was written to it', () => {
  const event = { ...eventSchema.parse(aPurchase({ ...identity, discount: '0.50' })), ...identity };
  const record = { stamp: { ...stamp, sent_at: '2026-11-01T12:00:00.5Z' }, event };
  expect(parseRecord(JSON.parse(encodeRecord(record)))).toEqual({ success: true, data: record });
});

test('trusts a record that states nothing about its sender least', () => {
  const parsed = parseRecord({ ...aView(identity), received_at: stamp.received_at });
  expect(parsed).toMatchObject({
    success: true,
    data: { stamp: { source: 'unknown', trusted: false, is_bot: false } },
  });
});

test.each([[null], [7], ['text'], [[]], [[flat]]])('is no record: %j', (value) => {
  expect(parseRecord(value).success).toBe(false);
});

test('refuses a record without its identity or the time of its receipt', () => {
  expect(issuesOf(flat)).toEqual([]);
  expect(issuesOf({ ...aView(), ...stamp })).toEqual(['event_id']);
  expect(issuesOf({ ...flat, received_at: undefined })).toEqual(['received_at']);
  expect(issuesOf({ ...flat, trusted: 'yes' })).toEqual(['trusted']);
});

test('refuses a prototype key in a record', () => {
  expect(parseRecord(JSON.parse(`{"__proto__":{},${JSON.stringify(flat).slice(1)}`)).success).toBe(false);
});

test('corrects the clock of a sender that says when it sent', () => {
  expect(clockSkewMs({ received_at: '2026-11-01T12:00:10Z', sent_at: '2026-11-01T11:00:10Z' })).toBe(3_600_000);
  expect(clockSkewMs({ received_at: '2026-11-01T12:00:10Z' })).toBe(0);
});

test('gives every type of event one of the three topics', () => {
  expect(new Set(eventTypes.map(topicOf))).toEqual(new Set(topicNames));
});

test('keys a record by the person, else by the visitor, and one of nobody by itself', () => {
  expect(recordKey({ user_id: 'u', anonymous_id: 'a', event_id: 'e' })).toBe('u');
  expect(recordKey({ anonymous_id: 'a', event_id: 'e' })).toBe('a');
  expect(recordKey({ event_id: 'e' })).toBe('e');
});
