import { expect, test } from 'vitest';
import { failuresOf, type Outcome } from '../../bench/soak/outcome.ts';
import { isBurst, plannedEvents } from '../../bench/soak/plan.ts';
import { eventSchema } from '../../events/event.ts';

const passed: Outcome = {
  load: {
    events: { planned: 12, sent: 10, accepted: 10, rejected: 0, unanswered: 0 },
    ackMs: [1],
    recommendations: 3,
    recommendMs: [1],
    failures: new Map(),
  },
  verdicts: [],
  samples: { read: 100, unread: [] },
  stored: { stored: 10, missing: 0, never_sent: 0, twice: 0 },
  lag: 0,
  audit: '8 tables compared with the raw rows: 0 differences',
  restarted: [],
};
const flat = { figure: 'memory/api', unit: 'MB', early: 1, late: 1, trend: 0, allowed: 1, isFlat: true };

test('a soak in which nothing is wrong has no failures', () => {
  expect(failuresOf({ ...passed, verdicts: [flat] })).toEqual([]);
});

const spoilt: [what: string, outcome: Partial<Outcome>][] = [
  ['a series that is not flat', { verdicts: [{ ...flat, isFlat: false }] }],
  ['an accepted event that is not stored', { stored: { stored: 9, missing: 1, never_sent: 0, twice: 0 } }],
  ['an event that is stored twice', { stored: { stored: 11, missing: 0, never_sent: 0, twice: 1 } }],
  ['tables that could not be compared', { stored: undefined }],
  ['records that are behind', { lag: 1 }],
  ['a difference in audit', { audit: '8 tables compared with the raw rows: 10 differences' }],
  ['a process that was started again', { restarted: ['api'] }],
  ['samples that could not be read', { samples: { read: 10, unread: ['no answer'] } }],
  ['a request that failed', { load: { ...passed.load, failures: new Map([['recommendations: status 503', 2]]) } }],
  ['an event that was not accepted', { load: { ...passed.load, events: { ...passed.load.events, accepted: 9 } } }],
];

test.each(spoilt)('%s fails it', (_, outcome) => {
  expect(failuresOf({ ...passed, ...outcome })).toHaveLength(1);
});

test('the load is steady but for bursts of ten times it, and of events that the API takes', () => {
  const startMs = Date.parse('2026-11-01T00:00:00Z');
  const plan = { minutes: 3, steadyPerSecond: 5, burstPerSecond: 50 };
  const events = [...plannedEvents(plan, { seed: 1, startMs })];
  const inBurst = events.filter(({ atMs }) => isBurst(atMs - startMs));
  expect(inBurst.length / 20).toBeCloseTo(50, -1);
  expect((events.length - inBurst.length) / 160).toBeCloseTo(5, 0);
  expect(events.every(({ event }) => eventSchema.safeParse(event).success)).toBe(true);
});
