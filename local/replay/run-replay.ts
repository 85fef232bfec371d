import { BazaarError, messageOf } from '../../platform/errors.ts';
import { createProgress } from '../command-line/progress.ts';
import { expectListener } from '../command-line/reach.ts';
import { API_HINT, findTarget } from '../sender/target.ts';
import type { FormatName } from './format.ts';
import type { Progress } from './progress.ts';
import { replay } from './replay.ts';
import { progressLine, summary } from './report.ts';

export type ReplayCommand = {
  file: string;
  url?: string | undefined;
  key?: string | undefined;
  dataDir: string;
  format?: FormatName | undefined;
  rate?: number | undefined;
  currency: string;
  json?: true | undefined;
};

/** Streams the file through the API and prints what became of it. Exit status: 0 all accepted, 1 some rejected. */
export async function runReplay({ json, ...command }: ReplayCommand, signal: AbortSignal): Promise<number> {
  const target = findTarget(command);
  await expectListener(target.url, { what: 'API', hint: API_HINT });
  const shown = createProgress();
  const startedAt = performance.now();
  const seconds = () => Math.max((performance.now() - startedAt) / 1000, 0.001);
  let before: number | undefined;
  const onProgress = (progress: Progress) => {
    if (before === undefined && progress.next_line > 1) shown.say(`goes on at line ${progress.next_line}`);
    before ??= countOf(progress);
    shown.show(progressLine(progress, (countOf(progress) - before) / seconds()));
  };
  const progress = await replay(target, { ...command, onProgress, signal })
    .catch((error: unknown) => {
      throw goOnLater(error);
    })
    .finally(shown.end);
  const sent = countOf(progress) - (before ?? 0);
  const { accepted, rejected, skipped, rejections } = progress;
  if (json) console.log(JSON.stringify({ accepted, rejected, skipped, sent, seconds: seconds(), rejections }));
  else console.log(summary(progress, sent, seconds()));
  return rejected === 0 ? 0 : 1;
}

function countOf(progress: Progress): number {
  return progress.accepted + progress.rejected;
}

/** What a user's mistake stopped would stop again; after anything else the same command goes on where it stopped. */
function goOnLater(error: unknown): unknown {
  if (error instanceof BazaarError && error.code === 'usage') return error;
  return new Error(`${messageOf(error)}; run the same command again to go on`, { cause: error });
}
