/**
 * A real Chromium, headless, for a test:
 *
 *   test('…', async (context) => {
 *     await withChromium(context, async (browser) => { … });   // skips, saying why, where there is none
 *   });
 *
 *   const { reason } = await findChromium();   // at the top of a file, for what is not worth starting without it
 */
import { execFile } from 'node:child_process';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type Browser, chromium, type LaunchOptions } from 'playwright-core';
import { inject, type TestContext } from 'vitest';
import * as z from 'zod';
import { readPrivateJson, writePrivateJson } from '../../local/engines/private-file.ts';
import { messageOf } from '../../platform/errors.ts';

const PROBE_TIMEOUT_MS = 20_000;
const LAUNCH_TIMEOUT_MS = 30_000;
const CLOSE_TIMEOUT_MS = 10_000;
const UPDATE_TIMEOUT_MS = 60_000;
/** 120 MB to fetch and unpack. */
const INSTALL_TIMEOUT_MS = 240_000;
const WAIT_TIMEOUT_MS = 2 * INSTALL_TIMEOUT_MS + UPDATE_TIMEOUT_MS;
const POLL_MS = 200;
/** Headless, it calls itself so, and events of such a visitor count nowhere. */
const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
/** Another program may be installing something at the same time. */
const APT = ['-y', '-q', '-o', 'DPkg::Lock::Timeout=60'];

/** Where the browser is, or why there is none. */
const findingSchema = z.union([
  z.object({ path: z.string(), reason: z.undefined().optional() }),
  z.object({ path: z.undefined().optional(), reason: z.string() }),
]);
type Finding = z.output<typeof findingSchema>;

/**
 * The Chromium or Chrome of this machine: `CHROMIUM_PATH`, else where it is usually installed, else Debian's package, which
 * is installed once for the whole run where this process may do that.
 */
export async function findChromium(): Promise<Finding> {
  const folder = join(inject('runFolder'), 'chromium');
  const answerFile = `${folder}.json`;
  const isFirst = await mkdir(folder).then(
    () => true,
    () => false,
  );
  if (isFirst) await writePrivateJson(answerFile, await findOrInstall());
  for (let waitedMs = 0; waitedMs < WAIT_TIMEOUT_MS; waitedMs += POLL_MS) {
    const answer = await readPrivateJson(answerFile, findingSchema);
    if (answer !== undefined) return answer;
    await sleep(POLL_MS);
  }
  return { reason: `no chromium within ${WAIT_TIMEOUT_MS} ms` };
}

/** Starts one for `work` and closes it whatever happens. Skips the test, saying why, where there is none. */
export async function withChromium(
  context: Pick<TestContext, 'skip'>,
  work: (browser: Browser) => Promise<void>,
  options?: LaunchOptions,
): Promise<void> {
  const { path, reason } = await findChromium();
  if (path === undefined) return context.skip(reason);
  const browser = await launchChromium(path, options);
  try {
    await work(browser);
  } finally {
    await closeChromium(browser);
  }
}

/** For `beforeAll`; the path is that of `findChromium`. `options` add to what is needed to run at all. */
export function launchChromium(executablePath: string, options: LaunchOptions = {}): Promise<Browser> {
  // Chromium's own sandbox refuses to run as root. Shared memory is 64 MB in most containers.
  const isRoot = process.getuid?.() === 0;
  const needed = [`--user-agent=${USER_AGENT}`, '--disable-dev-shm-usage', ...(isRoot ? ['--no-sandbox'] : [])];
  const args = [...needed, ...(options.args ?? [])];
  return chromium.launch({ ...options, executablePath, args, headless: true, timeout: LAUNCH_TIMEOUT_MS });
}

/** Bounded; a browser that does not close then ends with this process, because its pipe does. */
export async function closeChromium(browser: Browser): Promise<void> {
  await Promise.race([browser.close().catch(() => undefined), sleep(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
}

async function findOrInstall(): Promise<Finding> {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined && named !== '')
    return (await isBrowser(named)) ? { path: named } : { reason: `CHROMIUM_PATH is ${named}, which does not run` };
  const found = await firstInstalled();
  if (found !== undefined) return { path: found };
  const problem = await installFromDebian().then(
    () => 'it was installed and does not run',
    (error: unknown) => messageOf(error),
  );
  const installed = await firstInstalled();
  if (installed !== undefined) return { path: installed };
  return { reason: `no Chromium or Chrome here: set CHROMIUM_PATH (${problem.trim().split('\n').at(-1)})` };
}

async function firstInstalled(): Promise<string | undefined> {
  for (const path of usualPaths()) if (await isBrowser(path)) return path;
  return undefined;
}

function usualPaths(): string[] {
  if (process.platform === 'darwin')
    return ['Google Chrome', 'Chromium'].map((name) => `/Applications/${name}.app/Contents/MacOS/${name}`);
  if (process.platform === 'win32')
    return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA']
      .map((name) => process.env[name])
      .filter((folder) => folder !== undefined)
      .map((folder) => join(folder, 'Google/Chrome/Application/chrome.exe'));
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  return [...names.map((name) => `/usr/bin/${name}`), '/snap/bin/chromium'];
}

/** Ubuntu installs scripts of these names that only say where to get one. Chrome on Windows does not tell its version. */
function isBrowser(path: string): Promise<boolean> {
  const version = () => promisify(execFile)(path, ['--version'], { timeout: PROBE_TIMEOUT_MS });
  return (process.platform === 'win32' ? access(path) : version()).then(
    () => true,
    () => false,
  );
}

async function installFromDebian(): Promise<void> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    throw new Error('it is installed by itself as root on Debian only');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (args: string[], timeout: number) =>
    promisify(execFile)('apt-get', [...APT, ...args], { env, timeout, maxBuffer: 10_000_000 });
  const install = () => apt(['install', '--no-install-recommends', 'chromium'], INSTALL_TIMEOUT_MS);
  await install().catch(async () => {
    await apt(['update'], UPDATE_TIMEOUT_MS);
    await install();
  });
}
