import { expect, test } from 'vitest';
import { printable } from '../../../local/command-line/printable.ts';

test('what is printed moves no cursor and reads in one direction', () => {
  expect(printable('\u001b[2J\u009b\u202eevil\u2028\tä\n')).toBe('\\u001b[2J\\u009b\\u202eevil\\u2028\tä\n');
});
