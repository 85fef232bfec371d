import { mkdtemp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { type NeonAddresses, startNeonEndpoint } from '../../local/neon/endpoint.ts';
import { startTraining } from '../../local/system/training.ts';
import { type TestDatabase, withDatabase } from '../brackets/database.ts';
import { during, expectWaiting } from '../brackets/open-transaction.ts';

const SOON = { firstMs: 0, everyMs: 3_600_000 };
const PATIENCE = { timeout: 30_000 };

async function trainBeside({ trainerUrl }: TestDatabase, neon: NeonAddresses, say: (text: string) => void) {
  const logFolder = await mkdtemp(join(inject('runFolder'), 'logs-'));
  return { logFolder, ...startTraining({ settings: { trainerUrl, neon }, logFolder, say }, SOON) };
}

test('trains beside the system as a role of its own, and says in one line what came of it', async () => {
  await withDatabase(async (database) => {
    const neon = await startNeonEndpoint({ databaseUrl: database.url });
    const said: string[] = [];
    const training = await trainBeside(database, neon, (text) => said.push(text));
    try {
      await expect.poll(() => said, PATIENCE).toHaveLength(1);
      expect(said[0]).toMatch(/^training: \S+ is refused, too little history.* \(0 events, \d+\.\d s\)$/);
      expect(await readFile(join(training.logFolder, 'train.log'), 'utf8')).toContain('training is done');
    } finally {
      await training.stop();
      await neon.close();
    }
  });
});

test('stops in the middle of a training with the system', async () => {
  await withDatabase(async (database) => {
    const neon = await startNeonEndpoint({ databaseUrl: database.url });
    const said: string[] = [];
    await during(database.url, [{ text: 'lock table model_runs', params: [] }], async (commit) => {
      const training = await trainBeside(database, neon, (text) => said.push(text));
      await expectWaiting(database, 'Lock');
      await training.stop();
      await commit();
    });
    await neon.close();
    expect(said).toEqual([]);
  });
});
