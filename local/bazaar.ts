import { runCommandLine } from './command-line/program.ts';

/** The entry of `bazaar` and of the npm scripts. */

// Who reads the output may have seen enough, as `head` has.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 2));
await runCommandLine(process.argv.slice(2));
