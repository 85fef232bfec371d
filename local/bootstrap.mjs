/**
 * Installs what package-lock.json says, unless that is done, and runs a TypeScript entry with the pinned Node:
 *
 *   node local/bootstrap.mjs [ENTRY ARGS…]
 *
 * Plain JavaScript for Node 20 without packages: it runs before there are any.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stampFile = join(root, 'node_modules', '.installed');
const pinnedNode = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

function isInstalled() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lockHash() && isNodeRunning();
}

/** npm may skip install scripts, and this package's script is what fetches the program. */
function isNodeRunning() {
  return spawnSync(pinnedNode, ['--version'], { stdio: 'ignore' }).status === 0;
}

function npm(args) {
  const { status } = spawnSync('npm', args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error(`error: npm ${args[0]} failed with status ${status}`);
    process.exit(1);
  }
}

function install() {
  console.error('installing packages (npm ci), about a minute the first time');
  npm(['ci', '--no-audit', '--no-fund']);
  if (!isNodeRunning()) npm(['rebuild', 'node', '--foreground-scripts']);
  if (!isNodeRunning()) runInstallScript();
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, lockHash());
}

/** The last way: the script that npm would not run. */
function runInstallScript() {
  const cwd = join(root, 'node_modules', 'node');
  const { status } = spawnSync(process.execPath, ['installArchSpecificPackage.js'], { cwd, stdio: ['ignore', 2, 2] });
  // npm links a program only when it is there as the package is installed.
  if (status === 0 && !existsSync(pinnedNode)) symlinkSync(join('..', 'node', 'bin', 'node'), pinnedNode);
  if (isNodeRunning()) return;
  console.error('error: the pinned Node could not be installed; allow install scripts of the package "node" in npm');
  process.exit(1);
}

/** npm links the commands of packages, and not those of the folder itself. */
function linkCommand() {
  const link = join(root, 'node_modules', '.bin', 'bazaar');
  if (process.platform === 'win32' || existsSync(link)) return;
  try {
    symlinkSync(join('..', '..', 'bin', 'bazaar.mjs'), link);
  } catch {
    // Another one of us was faster, or the folder is not ours; npm run and npx find the command all the same.
  }
}

function run(entry, args) {
  const child = spawn(pinnedNode, ['--disable-warning=TimeoutNegativeWarning', resolve(root, entry), ...args], {
    stdio: 'inherit',
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => {
    console.error(`error: ${error.message}`);
    process.exit(1);
  });
  child.once('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)));
}

if (!isInstalled()) install();
linkCommand();
const [entry, ...args] = process.argv.slice(2);
if (entry !== undefined) run(entry, args);
