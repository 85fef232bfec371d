import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { expect, test, vi } from 'vitest';
import { startTimeOf } from '../../local/engines/process-record.ts';
import { deployFunction } from '../brackets/deployed-function.ts';
import { type Ministack, withMinistack } from '../brackets/ministack.ts';
import { ministackPython } from '../brackets/ministack-python.ts';

const hasPython = (await ministackPython()) !== undefined;
const BRACKET = new URL('../brackets/ministack.ts', import.meta.url).href;

const WAITING = `export const handler = async () => {
  setInterval(() => undefined, 1_000);
  return { pid: process.pid, node: process.execPath, environment: process.env };
};`;

async function invokeWaiting({ endpoint, env }: Pick<Ministack, 'endpoint' | 'env'>) {
  const client = new LambdaClient({ endpoint, region: env.AWS_REGION ?? '', credentials: credentialsIn(env) });
  await deployFunction(client, { name: 'waiting', module: WAITING });
  const { Payload } = await client.send(new InvokeCommand({ FunctionName: 'waiting' }));
  return JSON.parse(Payload?.transformToString() ?? '') as {
    pid: number;
    node: string;
    environment: NodeJS.ProcessEnv;
  };
}

function credentialsIn(env: Record<string, string>) {
  return { accessKeyId: env.AWS_ACCESS_KEY_ID ?? '', secretAccessKey: env.AWS_SECRET_ACCESS_KEY ?? '' };
}

test.skipIf(!hasPython)(
  'runs functions with this Node and nothing of this environment, and ends them all',
  async () => {
    process.env.BRACKET_PROBE = 'inherited';
    const seen = await withMinistack(async (ministack) => {
      const answer = await invokeWaiting(ministack);
      expect(answer.environment).toMatchObject({ AWS_ENDPOINT_URL: ministack.endpoint, AWS_REGION: 'us-east-1' });
      expect(answer.environment).not.toHaveProperty('BRACKET_PROBE');
      expect(answer.node).toBe(process.execPath);
      expect(await startTimeOf(answer.pid)).toBeDefined();
      return { pid: answer.pid, folder: dirname(ministack.logFile), endpoint: ministack.endpoint };
    });
    if (seen === undefined) throw new Error('ministack was not started');
    await vi.waitFor(async () => expect(await startTimeOf(seen.pid)).toBeUndefined());
    expect(existsSync(seen.folder)).toBe(false);
    await expect(fetch(seen.endpoint)).rejects.toThrow('fetch failed');
  },
);

test.skipIf(!hasPython)('ends when the process that started it is killed', async () => {
  const program = `const { startMinistack } = await import(${JSON.stringify(BRACKET)});
    console.log(JSON.stringify(await startMinistack())); setInterval(() => undefined, 1_000);`;
  const child = execFile(process.execPath, ['--input-type=module', '-e', program]);
  const [line] = (await once(child.stdout ?? child, 'data')) as [string];
  const ministack = JSON.parse(line) as Ministack;
  const { pid } = await invokeWaiting(ministack);
  child.kill('SIGKILL');
  await vi.waitFor(() => expect(fetch(ministack.endpoint)).rejects.toThrow('fetch failed'), { timeout: 10_000 });
  await vi.waitFor(async () => expect(await startTimeOf(pid)).toBeUndefined(), { timeout: 10_000 });
  expect(existsSync(dirname(ministack.logFile))).toBe(false);
});
