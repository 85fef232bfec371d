import { expect, test } from 'vitest';
import { dialectApi, track } from './dialect-api.ts';

const viewed = (fields: Record<string, unknown>) =>
  track('Product Viewed', { product_id: 'p' }, { timestamp: undefined, ...fields });

/** What the log has of one message: its event, and by which clock it is corrected. */
async function stored(message: Record<string, unknown>, batch: Record<string, unknown> = {}) {
  const { segment, publisher } = dialectApi();
  await segment([viewed(message)], batch);
  const { stamp, event } = publisher.records[0] ?? {};
  return { id: event?.event_id, at: event?.occurred_at, sent: stamp?.sent_at };
}

test('a message that is sent again, later and in another batch, is the same event', async () => {
  const message = { messageId: 'node-next-1793530800000-abc', timestamp: '2026-11-01T11:00:00.000Z' };
  const first = await stored(message, { sentAt: '2026-11-01T11:00:01Z' });
  const second = await stored(message, { sentAt: '2026-11-01T11:59:01Z' });
  expect([second.id, second.at]).toEqual([first.id, first.at]);
  expect([first.sent, second.sent]).toEqual(['2026-11-01T11:00:01Z', '2026-11-01T11:59:01Z']);
});

test.each([
  ['6F1C1F0E-8A3E-4A53-9D0E-0F1DE0A1B2C3', '6f1c1f0e-8a3e-4a53-9d0e-0f1de0a1b2c3'],
  // UUIDv5 of this name; were it another one tomorrow, retries of today would count twice.
  ['node-next-1668208232027-743be593-7789-4b74-8078-cbcc8894c586', 'ae219ab1-c9e0-57bb-9610-3a9ec7a85fc2'],
])('message id %s is event id %s', async (messageId, id) => {
  expect((await stored({ messageId, timestamp: '2026-11-01T11:00:00Z' })).id).toBe(id);
});

test('without a message id the content is the identity, and what a batch says twice are two', async () => {
  const { segment } = dialectApi();
  const message = viewed({ messageId: null, timestamp: '2026-11-01T11:00:00Z' });
  const ids = async (sentAt: string) =>
    (await segment([message, message, { ...message, sentAt }], { sentAt })).events.map(({ event_id }) => event_id);
  const first = await ids('2026-11-01T11:00:01Z');
  expect(new Set(first).size).toBe(3);
  expect(await ids('2026-11-01T11:00:02Z')).toEqual(first);
});

test('without a time the server’s counts, and no clock is corrected', async () => {
  expect(await stored({ messageId: 'm' }, { sentAt: '2026-11-01T11:00:00Z' })).toEqual({
    id: expect.any(String),
    at: '2026-11-01T12:00:00.000Z',
    sent: undefined,
  });
});

test.each<[string, Record<string, unknown>, { at: string; sent: string | undefined }]>([
  [
    'the original time',
    { originalTimestamp: '2026-11-01T10:00:00Z', timestamp: '2026-11-01T11:00:00Z' },
    { at: '2026-11-01T10:00:00Z', sent: '2026-11-01T11:59:59Z' },
  ],
  [
    'its own sentAt',
    { timestamp: '2026-11-01T11:00:00Z', sentAt: '2026-11-01T11:30:00Z' },
    { at: '2026-11-01T11:00:00Z', sent: '2026-11-01T11:30:00Z' },
  ],
  [
    'nanoseconds',
    { timestamp: '2026-11-01T11:00:00.123456789Z' },
    { at: '2026-11-01T11:00:00.123456Z', sent: '2026-11-01T11:59:59Z' },
  ],
  [
    'a zone without colon',
    { timestamp: '2026-11-01T12:00:00+0100' },
    { at: '2026-11-01T12:00:00+01:00', sent: '2026-11-01T11:59:59Z' },
  ],
  [
    'what a server had corrected and forwarded',
    {
      originalTimestamp: '2026-11-01T10:00:00Z',
      timestamp: '2026-10-20T11:00:00Z',
      sentAt: '2026-10-20T11:00:00Z',
      receivedAt: '2026-10-20T11:00:01Z',
    },
    { at: '2026-10-20T11:00:00Z', sent: undefined },
  ],
])('takes %s', async (_, message, expected) => {
  expect(await stored(message, { sentAt: '2026-11-01T11:59:59Z' })).toMatchObject(expected);
});

test('a clock a year ahead is corrected before the future is judged', async () => {
  const ahead = { timestamp: '2027-11-01T12:00:00Z' };
  expect(await stored(ahead, { sentAt: '2027-11-01T12:00:10Z' })).toMatchObject({ at: ahead.timestamp });
  expect((await stored(ahead)).at).toBeUndefined();
});

test('a sentAt that is no time is told and corrects nothing', async () => {
  const { segment, publisher } = dialectApi();
  const { answer } = await segment([viewed({ timestamp: '2026-11-01T11:00:00Z' })], { sentAt: 'now' });
  expect(answer.warnings).toMatchObject([{ code: 'field_dropped', path: 'sentAt' }]);
  expect(publisher.records[0]?.stamp.sent_at).toBeUndefined();
});
