import { expect, test } from 'vitest';
import { eventId } from '../../events/fields.ts';
import { newEventId } from '../../ingestion/event-id.ts';
import { aView, eventsApi, NOW } from './events-api.ts';

test('gives an event without identity a time-ordered id and the time of its receipt', async () => {
  const { post, publisher } = eventsApi();
  await post({ events: [aView(), aView()] });
  const [first, second] = publisher.records.map(({ event }) => event);
  expect(first?.event_id).not.toBe(second?.event_id);
  for (const event of [first, second]) {
    expect(event?.event_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(event?.occurred_at).toBe(NOW.toISOString());
  }
});

test('makes ids that the schemas take and that sort by time', () => {
  const times = [0, 1, 255, 256, 1_793_534_400_000, 1_793_534_400_001, 4_102_444_800_000];
  const ids = times.map((time) => newEventId(new Date(time)));
  expect(ids.map((id) => eventId.parse(id))).toEqual(ids);
  expect([...ids].sort()).toEqual(ids);
});
