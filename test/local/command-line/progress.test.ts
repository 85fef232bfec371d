import { expect, test } from 'vitest';
import { createProgress } from '../../../local/command-line/progress.ts';

function output(isTTY: boolean) {
  const written: string[] = [];
  return { written, stream: { isTTY, columns: 20, write: (text: string) => written.push(text) } };
}

test('rewrites one line on a terminal, never a longer one, and leaves none behind', () => {
  const { written, stream } = output(true);
  const progress = createProgress(stream);
  progress.show('a line that is longer than the terminal');
  progress.show('left out, because it comes at once');
  progress.count('done', 3, 3);
  progress.end();
  expect(written).toEqual(['\r\u001b[Ka line that is long', '\r\u001b[Kdone: 3 of 3', '\r\u001b[K']);
});

test('writes whole lines into a pipe, few of them, and no control characters', () => {
  const { written, stream } = output(false);
  const progress = createProgress(stream);
  for (let done = 0; done <= 100; done += 1) progress.count('read', done, 100);
  progress.end();
  expect(written).toEqual(['read: 0 of 100\n', 'read: 100 of 100\n']);
});
