/**
 * AWS on this machine, for a test: ministack (PyPI, no Docker) has S3, Lambda, CloudFormation and what else a deploy needs,
 * in memory, and runs the code of Node functions with the Node of this process.
 *
 *   await withMinistack(async ({ endpoint, env }) => { … });   // does nothing where Python is missing
 *   const ministack = await startMinistack();                  // beforeAll; in afterAll: await ministack?.stop()
 *   test.skipIf((await ministackPython()) === undefined)(…)
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../local/engines/free-port.ts';
import { BazaarError } from '../../platform/errors.ts';
import { ministackPython } from './ministack-python.ts';

export type Ministack = {
  /** On 127.0.0.1. Functions find the same in `AWS_ENDPOINT_URL`. */
  endpoint: string;
  /** With which AWS's clients and tools reach it, added to another environment. */
  env: Record<string, string>;
  /** Holds each request, and what the functions print; gone after `stop`. */
  logFile: string;
  /** Ends it with the functions' processes, at once, and removes its folder. */
  stop(): Promise<void>;
};

export type MinistackOptions = {
  /** Whether roles may do what their policies say and no more; else everybody may do everything. */
  enforcesPermissions?: boolean;
  /** What functions find in their environment beside their own settings. */
  functionsInherit?: Readonly<Record<string, string>>;
};

const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 50;
/** Another process may take the port that was free a moment ago. */
const START_TRIES = 3;
const LOG_CHARACTERS = 2_000;

/**
 * Serves in one process, and ends itself with all its children when the test's process is gone, killed or not. Where
 * permissions count, so does TLS, which policies of buckets ask for: requests pass for what a proxy took over TLS.
 */
const SERVER = `
import os, shutil, signal, sys, threading
def end_with_parent():
    sys.stdin.buffer.read()
    shutil.rmtree(os.environ['MINISTACK_FOLDER'], ignore_errors=True)
    os.killpg(0, signal.SIGKILL)
threading.Thread(target=end_with_parent, daemon=True).start()
if os.environ.get('AUTH') == 'true':
    import ministack.app
    plain = ministack.app.app
    async def app(scope, receive, send):
        if scope['type'] == 'http':
            scope['headers'] = [*scope['headers'], (b'x-forwarded-proto', b'https')]
        await plain(scope, receive, send)
    ministack.app.app = app
from hypercorn.__main__ import main
sys.exit(main())
`;

/** Starts one for `work` and ends it whatever happens; undefined, and nothing done, where Python is missing. */
export async function withMinistack<T>(work: (ministack: Ministack) => Promise<T>): Promise<T | undefined> {
  const ministack = await startMinistack();
  if (ministack === undefined) return undefined;
  try {
    return await work(ministack);
  } finally {
    await ministack.stop();
  }
}

/** Starts one, empty; undefined where Python is missing. @throws BazaarError (`engine_failed`). */
export async function startMinistack(options: MinistackOptions = {}): Promise<Ministack | undefined> {
  const python = await ministackPython();
  if (python === undefined) return undefined;
  for (let tries = 1; ; tries += 1) {
    const started = await start(python, options);
    if (await isReady(started)) return started.ministack;
    const log = await readFile(started.ministack.logFile, 'utf8');
    await started.ministack.stop();
    if (tries === START_TRIES)
      throw new BazaarError('engine_failed', `ministack did not start: ${log.slice(-LOG_CHARACTERS)}`);
  }
}

type Started = { ministack: Ministack; isRunning: () => boolean };

async function start(python: string, options: MinistackOptions): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), 'bazaar-ministack-'));
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const logFile = join(folder, 'server.log');
  await mkdir(join(folder, 'tmp'));
  const log = await open(logFile, 'a', 0o600);
  // `--workers 0`: in this process, not in one that it starts.
  const args = ['-c', SERVER, 'ministack.app:app', '--bind', `127.0.0.1:${port}`, '--workers', '0'];
  const child = spawn(python, args, {
    detached: true,
    stdio: ['pipe', log.fd, log.fd],
    env: { ...options.functionsInherit, ...serverEnvironment(folder, port, options) },
  });
  await log.close();
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const stop = async () => {
    endGroup(child);
    await exited;
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  return {
    ministack: { endpoint, env: clientEnvironment(endpoint), logFile, stop },
    isRunning: () => isRunning(child),
  };
}

/** Nothing of the test's own environment, since functions inherit all of the server's. */
function serverEnvironment(
  folder: string,
  port: number,
  { enforcesPermissions = false }: MinistackOptions,
): NodeJS.ProcessEnv {
  return {
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    LANG: 'C.UTF-8',
    HOME: folder,
    TMPDIR: join(folder, 'tmp'),
    MINISTACK_FOLDER: folder,
    GATEWAY_PORT: String(port),
    AUTH: String(enforcesPermissions),
    STATE_DIR: join(folder, 'state'),
    S3_DATA_DIR: join(folder, 's3'),
    // Otherwise it listens on ports of its own, and removes containers that it takes for its own.
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    DOCKER_HOST: `unix://${join(folder, 'no-docker.sock')}`,
  };
}

function clientEnvironment(endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

async function isReady({ ministack, isRunning }: Started): Promise<boolean> {
  for (let waitedMs = 0; waitedMs < READY_TIMEOUT_MS && isRunning(); waitedMs += POLL_MS) {
    const answer = await fetch(`${ministack.endpoint}/_ministack/ready`).catch(() => undefined);
    if (answer?.ok === true) return isRunning();
    await sleep(POLL_MS);
  }
  return false;
}

const isRunning = (child: ChildProcess) =>
  child.pid !== undefined && child.exitCode === null && child.signalCode === null;

/** Its process group: the server and the functions' processes. */
function endGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
