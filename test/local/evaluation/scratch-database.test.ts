import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { withScratchDatabase } from '../../../local/evaluation/scratch-database.ts';
import { withSession } from '../../../repositories/neon-database.ts';

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'scratch-'));
  await chmod(folder, 0o755);
  vi.stubEnv('TMPDIR', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

async function expectGone(url: string): Promise<void> {
  expect(readdirSync(folder)).toEqual([]);
  await expect(new pg.Client({ connectionString: url }).connect()).rejects.toThrow(/ECONNREFUSED/);
}

test('gives a migrated database and leaves nothing of it, also when the work throws', async () => {
  let url = '';
  const work = withScratchDatabase(new AbortController().signal, async (given) => {
    url = given;
    const [row] = await withSession(url, (session) => session.query('select count(*)::int as runs from model_runs'));
    expect(row).toEqual({ runs: 1 });
    throw new Error('the work failed');
  });
  await expect(work).rejects.toThrow('the work failed');
  await expectGone(url);
});

test('leaves nothing of it when it is interrupted and the work does not end', async () => {
  const stop = new AbortController();
  let url = '';
  const work = withScratchDatabase(stop.signal, async (given) => {
    url = given;
    stop.abort(new Error('interrupted'));
    await sleep(60_000, undefined, { ref: false });
  });
  await expect(work).rejects.toThrow('interrupted');
  await expectGone(url);
});
