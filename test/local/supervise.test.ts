import { expect, test } from 'vitest';
import { type Running, supervise } from '../../local/supervise.ts';

/** A stand-in for a process, which the test ends. */
function mortal() {
  let die = () => {};
  const exited = new Promise<void>((resolve) => {
    die = resolve;
  });
  let isStopped = false;
  const running: Running = {
    exited,
    stop: async () => {
      isStopped = true;
      die();
    },
  };
  return { running, die: () => die(), isStopped: () => isStopped };
}

test('starts again what ended by itself, also when a restart fails', async () => {
  const lives = [mortal(), mortal()];
  let starts = 0;
  const said: string[] = [];
  const supervised = await supervise({
    name: 'engine',
    log: (message) => said.push(message),
    start: async () => {
      starts += 1;
      if (starts === 2) throw new Error('port in use');
      const life = starts === 1 ? lives[0] : lives[1];
      if (life === undefined) throw new Error('no life left');
      return life.running;
    },
  });
  lives[0]?.die();
  await expect.poll(() => starts, { timeout: 10_000 }).toBe(3);
  expect(said.join('\n')).toContain('engine did not start: port in use');
  await supervised.stop();
  expect(lives[1]?.isStopped()).toBe(true);
  expect(starts).toBe(3);
});

test('leaves stopped what was stopped', async () => {
  const life = mortal();
  let starts = 0;
  const start = async () => {
    starts += 1;
    return life.running;
  };
  const supervised = await supervise({ name: 'engine', log: () => undefined, start });
  await supervised.stop();
  expect({ starts, isStopped: life.isStopped() }).toEqual({ starts: 1, isStopped: true });
});

test('throws the error of the first start', async () => {
  const start = () => Promise.reject(new Error('no such program'));
  await expect(supervise({ name: 'engine', log: () => undefined, start })).rejects.toThrow('no such program');
});
