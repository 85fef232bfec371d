/**
 * Superset on this machine, for a test, fetched the first time from PyPI (800 MB unpacked):
 *
 *   await withSuperset(async ({ url, user, password }) => { … });   // undefined, and nothing done, where Python is missing
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../../local/engines/free-port.ts';
import type { SupersetAccount } from '../../local/superset/import-bundle.ts';
import { BazaarError } from '../../platform/errors.ts';
import { pythonVenv } from './python-venv.ts';

const SUPERSET_VERSION = '6.1.0';
const CONSTRAINTS = fileURLToPath(new URL('../../dashboards/superset/constraints.txt', import.meta.url));
const SETUP_TIMEOUT_MS = 180_000;
const READY_TIMEOUT_MS = 90_000;
const POLL_MS = 200;
const LOG_CHARACTERS = 3_000;

const CLI = 'import sys; from superset.cli.main import superset; sys.exit(superset())';
/** Serves in processes of one group, all of which end when the test's process is gone, killed or not. */
const SERVER = `
import os, shutil, signal, sys, threading
def end_with_parent():
    sys.stdin.buffer.read()
    shutil.rmtree(os.environ['SUPERSET_HOME'], ignore_errors=True)
    os.killpg(0, signal.SIGKILL)
threading.Thread(target=end_with_parent, daemon=True).start()
from gunicorn.app.wsgiapp import run
sys.exit(run())
`;

/** A Python with Superset, PostgreSQL's driver and a server; undefined where Python is missing. */
export function supersetPython(): Promise<string | undefined> {
  return pythonVenv({
    name: `superset-${SUPERSET_VERSION}`,
    packages: ['--constraint', CONSTRAINTS, `apache-superset==${SUPERSET_VERSION}`, 'psycopg2-binary', 'gunicorn'],
    modules: ['superset', 'psycopg2', 'gunicorn'],
  });
}

/** Starts an empty one on 127.0.0.1, with an administrator, for `work`, and ends it whatever happens. */
export async function withSuperset<T>(work: (account: SupersetAccount) => Promise<T>): Promise<T | undefined> {
  const python = await supersetPython();
  if (python === undefined) return undefined;
  const folder = await mkdtemp(join(tmpdir(), 'bazaar-superset-'));
  let stop = async () => {};
  try {
    const env = await settingsIn(folder);
    const account = { user: 'admin', password: randomBytes(18).toString('base64url') };
    await setUp(python, env, account);
    const port = await freePort();
    const server = await startServer(python, env, port);
    stop = server.stop;
    const url = `http://127.0.0.1:${port}`;
    await untilReady(url, server);
    return await work({ url, ...account });
  } finally {
    await stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function settingsIn(folder: string): Promise<NodeJS.ProcessEnv> {
  const config = join(folder, 'superset_config.py');
  const lines = [
    `SECRET_KEY = '${randomBytes(42).toString('base64url')}'`,
    `SQLALCHEMY_DATABASE_URI = 'sqlite:///${join(folder, 'superset.db')}'`,
    'RATELIMIT_ENABLED = False',
  ];
  await writeFile(config, `${lines.join('\n')}\n`, { mode: 0o600 });
  const { PATH } = process.env;
  return { PATH, LANG: 'C.UTF-8', TZ: 'UTC', HOME: folder, SUPERSET_HOME: folder, SUPERSET_CONFIG_PATH: config };
}

async function setUp(python: string, env: NodeJS.ProcessEnv, account: { user: string; password: string }) {
  const superset = (...args: string[]) =>
    promisify(execFile)(python, ['-c', CLI, ...args], { env, timeout: SETUP_TIMEOUT_MS, maxBuffer: 50_000_000 });
  await superset('db', 'upgrade');
  const names = ['--username', account.user, '--firstname', 'Ada', '--lastname', 'Admin', '--email', 'ada@example.org'];
  await superset('fab', 'create-admin', ...names, '--password', account.password);
  await superset('init');
}

type Server = { child: ChildProcess; logFile: string; stop: () => Promise<void> };

async function startServer(python: string, env: NodeJS.ProcessEnv, port: number): Promise<Server> {
  const logFile = join(env.SUPERSET_HOME ?? '', 'server.log');
  const log = await open(logFile, 'a', 0o600);
  const args = ['--bind', `127.0.0.1:${port}`, '--workers', '1', '--threads', '8', '--timeout', '120'];
  const child = spawn(python, ['-c', SERVER, ...args, 'superset.app:create_app()'], {
    ...{ env, detached: true, stdio: ['pipe', log.fd, log.fd] },
  });
  await log.close();
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const stop = async () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
    await exited;
  };
  return { child, logFile, stop };
}

async function untilReady(url: string, { child, logFile }: Server): Promise<void> {
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  for (let waitedMs = 0; waitedMs < READY_TIMEOUT_MS && isRunning(); waitedMs += POLL_MS) {
    const answer = await fetch(`${url}/health`).catch(() => undefined);
    if (answer?.ok === true && isRunning()) return;
    await sleep(POLL_MS);
  }
  const log = await readFile(logFile, 'utf8');
  throw new BazaarError('engine_failed', `superset did not start: ${log.slice(-LOG_CHARACTERS)}`);
}
