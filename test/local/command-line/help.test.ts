import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { runBazaar } from './run-bazaar.ts';

const ROOT = new URL('../../../', import.meta.url);
const BIN = fileURLToPath(new URL('bin/bazaar.mjs', ROOT));
const lock = createHash('sha256').update(readFileSync(new URL('package-lock.json', ROOT)));
/** As `npm test` leaves it; in the midst of a change of packages the command would begin by installing them. */
const isInstalled = readFileSync(new URL('node_modules/.installed', ROOT), 'utf8') === lock.digest('hex');

/** The names of the commands, under whichever heading. */
function commandsIn(help: string): string[] {
  return [...help.matchAll(/^ {2}([a-z][a-z-]*) /gm)].map(([, name = '']) => name).filter((name) => name !== 'help');
}

test('every command teaches what it does, with an example of its own and what each exit status means', async () => {
  const top = await runBazaar(['--help']);
  expect(top).toMatchObject({ status: 0, errors: '' });
  const groups = new Map([['', commandsIn(top.output)]]);
  expect(groups.get('')).toEqual(
    expect.arrayContaining(['start', 'simulate', 'replay', 'train', 'evaluate', 'audit', 'migrate']),
  );
  groups.set('dead-letters', commandsIn((await runBazaar(['dead-letters', '--help'])).output));
  expect(groups.get('dead-letters')).toEqual(['list', 'show', 'fix', 'replay', 'dismiss']);
  const paths = [...groups].flatMap(([parent, names]) => names.map((name) => [parent, name].filter(Boolean)));
  await Promise.all(
    paths
      .filter(([name, child]) => child !== undefined || !groups.has(name ?? ''))
      .map(async (path) => {
        const { status, output } = await runBazaar([...path, '--help']);
        expect(status, path.join(' ')).toBe(0);
        expect(output, path.join(' ')).toContain(
          `$ bazaar ${path.join(' ')}`.replace('$ bazaar replay', 'bazaar replay'),
        );
        expect(output, path.join(' ')).toMatch(
          /Exit status:\n {2}0 .*\n(?: {2}1 .*\n)?(?: {2}2 .*\n) {2}130 {2}interrupted/,
        );
      }),
  );
});

test.skipIf(!isInstalled)('the installed command runs with the Node that starts it, from any folder', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [BIN, 'replay', '--help'], { cwd: tmpdir() });
  expect(stdout).toContain('Usage: bazaar replay');
});

test('who stops reading ends it quietly', async () => {
  const entry = fileURLToPath(new URL('local/bazaar.ts', ROOT));
  const { stderr } = await promisify(execFile)('sh', ['-c', `"${process.execPath}" "${entry}" --help | true`]);
  expect(stderr).toBe('');
});
