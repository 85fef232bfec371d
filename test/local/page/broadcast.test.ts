import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Broadcast } from '../../../local/page/broadcast.ts';

const PACE = { everyMs: 1_000, hurriedMs: 100 };

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('polls once for all listeners and stops when the last one leaves', async () => {
  let polls = 0;
  const broadcast = new Broadcast(async () => ++polls, PACE);
  const heard: number[] = [];
  const leave = [1, 2, 3].map(() => broadcast.subscribe((value) => heard.push(value)));
  await vi.advanceTimersByTimeAsync(2_500);
  expect(heard).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
  for (const stop of leave) stop();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(polls).toBe(3);
});

test('polls soon when it is told that there is something new, and not once for each time it is told', async () => {
  let polls = 0;
  const broadcast = new Broadcast(async () => ++polls, PACE);
  const stop = broadcast.subscribe(() => undefined);
  await vi.advanceTimersByTimeAsync(0);
  for (let told = 0; told < 50; told++) broadcast.hurry();
  await vi.advanceTimersByTimeAsync(500);
  expect(polls).toBe(2);
  stop();
});

test('leaves a slow database four times as long alone as it took', async () => {
  let polls = 0;
  const slow = () => new Promise<number>((resolve) => setTimeout(() => resolve(++polls), 2_000));
  const broadcast = new Broadcast(slow, PACE);
  const stop = broadcast.subscribe(() => undefined);
  await vi.advanceTimersByTimeAsync(2_000);
  broadcast.hurry();
  await vi.advanceTimersByTimeAsync(9_000);
  expect(polls).toBe(1);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(polls).toBe(2);
  stop();
});

test('goes on after a poll that failed', async () => {
  let polls = 0;
  const poll = async () => {
    if (++polls === 1) throw new Error('no database');
    return polls;
  };
  const heard: number[] = [];
  const stop = new Broadcast(poll, PACE).subscribe((value) => heard.push(value));
  await vi.advanceTimersByTimeAsync(1_100);
  expect(heard).toEqual([2]);
  stop();
});
