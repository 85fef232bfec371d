import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BazaarError, messageOf } from '../../platform/errors.ts';

const INSTALL_TIMEOUT_MS = 300_000;
const PROBE_TIMEOUT_MS = 20_000;
/** What the packages need; Debian leaves `ensurepip` to a package of its own. */
const HAS_VENV = 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))';

/** Tools of PyPI, pinned, and the modules whose import shows that they are there. */
export type PythonTools = { name: string; packages: readonly string[]; modules: readonly string[] };

/**
 * A Python with these packages, fetched from PyPI the first time and kept in the user's cache; undefined where there is
 * no `python3` of 3.10 or newer with `venv`.
 *
 * @throws BazaarError (`engine_failed`) when they could not be installed.
 */
export async function pythonVenv(tools: PythonTools): Promise<string | undefined> {
  if (!(await runs('python3', HAS_VENV))) return undefined;
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bazaarstream');
  const folder = join(cache, tools.name);
  if (!(await isUsable(folder, tools))) await install(cache, folder, tools);
  return pythonIn(folder);
}

/** Through the interpreter, because scripts in `bin` name the folder in which they were made. */
const pythonIn = (folder: string) => join(folder, 'bin/python');
/** False as well when the Python that it was made with is gone. */
const isUsable = (folder: string, { modules }: PythonTools) => runs(pythonIn(folder), `import ${modules.join(', ')}`);

async function install(cache: string, folder: string, tools: PythonTools): Promise<void> {
  await mkdir(cache, { recursive: true });
  const partial = await mkdtemp(join(cache, 'fetch-'));
  const made = join(partial, 'venv');
  try {
    await run('python3', ['-m', 'venv', made], INSTALL_TIMEOUT_MS);
    await run(pythonIn(made), ['-m', 'pip', 'install', '--quiet', ...tools.packages], INSTALL_TIMEOUT_MS);
    // Somebody else may have been faster: then theirs serves as well.
    if (!(await isUsable(folder, tools))) {
      await rm(folder, { recursive: true, force: true });
      await rename(made, folder);
    }
  } catch (cause) {
    if (await isUsable(folder, tools)) return;
    throw new BazaarError('engine_failed', `${tools.name} could not be installed: ${messageOf(cause)}`, { cause });
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

async function run(command: string, args: readonly string[], timeout: number): Promise<void> {
  await promisify(execFile)(command, [...args], { timeout });
}

function runs(python: string, program: string): Promise<boolean> {
  return run(python, ['-c', program], PROBE_TIMEOUT_MS).then(
    () => true,
    () => false,
  );
}
