import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { freePort } from '../../local/engines/free-port.ts';

const PATIENCE = { timeout: 40_000 };
const ENTRY = fileURLToPath(new URL('../../local/bazaar.ts', import.meta.url));

let dataDir: string;
const started: ChildProcess[] = [];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'start-'));
  await chmod(dataDir, 0o755);
});
afterEach(async () => {
  await Promise.all(started.splice(0).map(end));
  await rm(dataDir, { recursive: true, force: true });
});

type Started = { child: ChildProcess; output: () => string; code: () => number | null };

function start(port: number, folder = dataDir): Started {
  const args = [ENTRY, 'start', '--port', String(port), '--data-dir', folder, '--log', 'embedded', '--no-traffic'];
  const env = { ...process.env, DATABASE_URL: '', KAFKA_BROKERS: '' };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  return { child, output: () => output, code: () => child.exitCode };
}

async function startReady(port: number): Promise<Started> {
  const system = start(port);
  await expect.poll(system.output, PATIENCE).toMatch(/^ready /m);
  return system;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

type Runtime = { url: string; keys: { sk: string }; database_url: string; bi_url: string; kafka: null; pid: number };
const runtime = async (): Promise<Runtime> => JSON.parse(await readFile(join(dataDir, 'runtime.json'), 'utf8'));

async function post({ url, keys }: Runtime): Promise<number> {
  const body = JSON.stringify({ type: 'product_view', anonymous_id: 'visitor', product_id: 'seen' });
  const headers = { 'x-api-key': keys.sk, 'content-type': 'application/json' };
  return (await fetch(`${url}/events`, { method: 'POST', headers, body })).status;
}

async function countViews(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query('select count(*)::int as views from raw_product_views');
    return rows[0]?.views;
  } catch {
    return -1;
  } finally {
    await client.end().catch(() => undefined);
  }
}

test('brings an event from the API to its row, and tells scripts where everything is', async () => {
  const port = await freePort();
  const system = await startReady(port);
  expect(system.output().match(/^ready .*$/gm)).toEqual([`ready http://127.0.0.1:${port}`]);
  expect((await stat(join(dataDir, 'runtime.json'))).mode & 0o777).toBe(0o600);
  const told = await runtime();
  expect(told).toMatchObject({ url: `http://127.0.0.1:${port}`, kafka: null, pid: system.child.pid });
  expect(await post(told)).toBe(202);
  await expect.poll(() => countViews(told.database_url), PATIENCE).toBe(1);
  const bi = new pg.Client({ connectionString: told.bi_url });
  await bi.connect();
  await expect(bi.query('select * from public.raw_product_views')).rejects.toMatchObject({ code: '42501' });
  await bi.end();
});

test('stops on SIGTERM with nothing left behind, and goes on with keys and data', async () => {
  const port = await freePort();
  const first = await startReady(port);
  const told = await runtime();
  expect(await post(told)).toBe(202);
  await end(first.child);
  expect(first.code()).toBe(0);
  await expect(stat(join(dataDir, 'runtime.json'))).rejects.toThrow();
  expect(await countViews(told.database_url)).toBe(-1);
  await startReady(port);
  const again = await runtime();
  expect(again.keys).toEqual(told.keys);
  await expect.poll(() => countViews(again.database_url), PATIENCE).toBe(1);
});

test('comes back on the same folder after SIGKILL, and stores what it had accepted', async () => {
  const port = await freePort();
  const first = await startReady(port);
  expect(await post(await runtime())).toBe(202);
  first.child.kill('SIGKILL');
  await once(first.child, 'exit');
  await startReady(port);
  const { database_url } = await runtime();
  await expect.poll(() => countViews(database_url), PATIENCE).toBe(1);
});

test('says that a port is taken', async () => {
  const port = await freePort();
  await startReady(port);
  const second = start(port, join(dataDir, 'another'));
  await once(second.child, 'exit');
  expect(second.code()).toBe(2);
  expect(second.output()).toContain(`port ${port} is in use`);
});
