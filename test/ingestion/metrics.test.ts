import { expect, test } from 'vitest';
import { LogUnavailableError } from '../../platform/errors.ts';
import { aView, eventsApi } from './events-api.ts';

const sumOf = (measured: readonly Readonly<Record<string, number>>[], name: string) =>
  measured.reduce((sum, values) => sum + (values[name] ?? 0), 0);

test('counts what is accepted, what is refused, and what the log has', async () => {
  const { post, measured } = eventsApi();
  await post({ events: [aView(), aView({ product_id: 7 }), aView()] });
  await post(aView({ product_id: '' }));
  expect(sumOf(measured, 'events_accepted')).toBe(2);
  expect(sumOf(measured, 'events_rejected')).toBe(2);
  expect(sumOf(measured, 'events_published')).toBe(2);
});

test('counts nothing as published that the log did not acknowledge, and says in the log why', async () => {
  const { post, publisher, measured, faults } = eventsApi();
  publisher.failure = new LogUnavailableError('the log did not acknowledge: the brokers refused the token');
  expect((await post(aView())).status).toBe(503);
  expect(sumOf(measured, 'events_accepted')).toBe(1);
  expect(sumOf(measured, 'events_published')).toBe(0);
  expect(faults).toEqual([{ error: 'the log did not acknowledge: the brokers refused the token' }]);
});

test('counts nothing for who may not post', async () => {
  const { post, measured } = eventsApi();
  await post(aView(), 'ak');
  await post('not json');
  expect(measured).toEqual([]);
});
