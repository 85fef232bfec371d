import { expect, test } from 'vitest';
import { aPurchase, aView, eventsApi } from './events-api.ts';

const who = {
  user_id: 'ada',
  anonymous_id: 'phone',
  session_id: 's',
  context: { page_url: 'https://shop.example/ada' },
};

test('refuses an event whose visitor denies storage, with a verdict, and publishes nothing of it', async () => {
  const { post, publisher } = eventsApi();
  const denied = aView({ ...who, consent: { storage: false, personalisation: true } });
  expect(await post(denied)).toMatchObject({ status: 400, answer: { code: 'no_event_accepted' } });
  expect(publisher.records).toEqual([]);
  const mixed = await post({ events: [denied, aView({ consent: { storage: true } })] });
  expect(mixed).toMatchObject({
    status: 202,
    answer: { accepted: 1, rejected: [{ index: 0, code: 'consent_denied', path: 'consent.storage' }] },
  });
  expect(publisher.records).toHaveLength(1);
});

test('publishes an event whose visitor denies personalisation as nobody’s, and no link', async () => {
  const { post, publisher } = eventsApi();
  const consent = { personalisation: false };
  const link = { type: 'identify', user_id: 'ada', anonymous_id: 'phone', consent };
  const answered = await post({ events: [aView({ ...who, consent }), aPurchase({ ...who, consent }), link] });
  expect(answered).toMatchObject({
    status: 202,
    answer: { accepted: 2, rejected: [{ index: 2, code: 'consent_denied', path: 'consent.personalisation' }] },
  });
  expect(publisher.records.map(({ stamp }) => stamp.is_nameless)).toEqual([true, true]);
  expect(JSON.stringify(publisher.records)).not.toMatch(/ada|phone|session|consent/);
});

test('keeps who it was where nothing is denied, and no flag', async () => {
  const { post, publisher } = eventsApi();
  await post({
    events: [aView({ ...who, consent: { storage: true, personalisation: true } }), aView({ ...who, consent: {} })],
  });
  expect(publisher.records).toHaveLength(2);
  for (const { stamp, event } of publisher.records)
    expect([stamp.is_nameless, event.user_id, 'consent' in event]).toEqual([undefined, 'ada', false]);
});

test.each([
  [{ consent: 'yes' }],
  [{ consent: { storage: 'no' } }],
  [{ consent: { marketing: false } }],
  [{ consent: null }],
])('refuses %o: consent is strict', async (fields) => {
  const { post, publisher } = eventsApi();
  const { status, answer } = await post(aView(fields));
  expect([status, answer.rejected?.[0]?.path.startsWith('consent')]).toEqual([400, true]);
  expect(publisher.records).toEqual([]);
});
