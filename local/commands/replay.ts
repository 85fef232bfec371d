import { BazaarError, messageOf } from '../../platform/errors.ts';
import { readReplayCommand } from '../replay/command.ts';
import type { Progress } from '../replay/progress.ts';
import { replay } from '../replay/replay.ts';
import { progressLine, summary } from '../replay/report.ts';

const PROGRESS_EVERY_MS = process.stderr.isTTY ? 200 : 2_000;

/** Exit status: 0 all accepted, 1 some rejected, 2 not finished (run it again to go on) or wrong usage. */
async function main(): Promise<number> {
  const { target, options } = readReplayCommand(process.argv.slice(2), process.env);
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1000;
  let before: number | undefined;
  let shownAt = 0;
  const onProgress = (progress: Progress) => {
    if (before === undefined && progress.next_line > 1) console.error(`goes on at line ${progress.next_line}`);
    before ??= countOf(progress);
    if (performance.now() - shownAt < PROGRESS_EVERY_MS) return;
    shownAt = performance.now();
    const line = progressLine(progress, (countOf(progress) - before) / Math.max(seconds(), 0.001));
    process.stderr.write(process.stderr.isTTY ? `\r${line}\u001b[K` : `${line}\n`);
  };
  const progress = await replay(target, { ...options, onProgress });
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  console.log(summary(progress, countOf(progress) - (before ?? 0), seconds()));
  return progress.rejected === 0 ? 0 : 1;
}

function countOf(progress: Progress): number {
  return progress.accepted + progress.rejected;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage = error instanceof BazaarError && error.code === 'usage';
  console.error(`${messageOf(error)}${isUsage ? '' : '; run the same command again to go on'}`);
  process.exitCode = 2;
}
