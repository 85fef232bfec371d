import { MAX_EVENTS_PER_BATCH } from '../../events/limits.ts';
import { inOrder } from '../sender/in-order.ts';
import { batchSizeFor, createPace } from '../sender/pace.ts';
import { postEvents, type Verdict } from '../sender/post-events.ts';
import type { Target } from '../sender/target.ts';
import { type Batch, batchesOf } from './batches.ts';
import { type FormatName, openFormat } from './format.ts';
import { advance, newProgress, type Progress, progressPath, readProgress, writeProgress } from './progress.ts';
import type { FileContext, Format, Row } from './row.ts';
import { digestOf, linesOf } from './source-file.ts';

/** Enough to hide the round trip to a log that acknowledges in milliseconds, few enough to lose little on a kill. */
const REQUESTS_IN_FLIGHT = 4;

export type ReplayOptions = {
  readonly file: string;
  readonly format?: FormatName | undefined;
  readonly currency: string;
  readonly dataDir: string;
  /** Events a second; as fast as the API answers when left out. */
  readonly rate?: number | undefined;
  /** How long one batch is tried again before the replay stops, in milliseconds. */
  readonly giveUpAfterMs?: number;
  readonly onProgress?: (progress: Progress) => void;
  /** Ends it, with an error, where it stands. */
  readonly signal?: AbortSignal;
};

/**
 * Streams a file of events through the API and returns the counts of the whole file. Ends with an error when the API
 * stays silent; the same call then goes on where it stopped. Event ids come from content and line, so lines that are
 * sent twice count once.
 */
export async function replay(target: Target, options: ReplayOptions): Promise<Progress> {
  const digest = await digestOf(options.file);
  const format = await openFormat(options.file, options.format);
  const path = progressPath(options.dataDir, [target.url, target.key, digest, options.format ?? '', options.currency]);
  let progress = startOf(readProgress(path));
  writeProgress(path, progress);
  options.onProgress?.(progress);
  const file = { digest, currency: options.currency, firstReplayedAt: progress.first_replayed_at };
  const pace = options.rate === undefined ? undefined : createPace(options.rate);
  const rows = rowsOf(options.file, format, file, progress.next_line);
  const batches = batchesOf(rows, batchSizeFor(options.rate, MAX_EVENTS_PER_BATCH));
  const results = inOrder(batches, REQUESTS_IN_FLIGHT, async (batch) => {
    await pace?.(batch.entries.length);
    return resultOf(batch, await send(target, batch, options));
  });
  for await (const result of results) {
    progress = advance(progress, result);
    writeProgress(path, progress);
    options.onProgress?.(progress);
    options.signal?.throwIfAborted();
  }
  progress = { ...progress, finished: true };
  writeProgress(path, progress);
  return progress;
}

/** A finished file is replayed from its start, with the times that it was given the first time. */
function startOf(kept: Progress | undefined): Progress {
  if (kept === undefined) return newProgress(new Date().toISOString());
  return kept.finished ? newProgress(kept.first_replayed_at) : kept;
}

async function* rowsOf(path: string, format: Format, file: FileContext, from: number): AsyncGenerator<Row> {
  for await (const line of linesOf(path, Math.max(from, format.firstLine))) yield format.toRow(line, file);
}

async function send(target: Target, batch: Batch, options: ReplayOptions): Promise<Verdict> {
  if (batch.entries.length === 0) return { accepted: 0, rejected: [] };
  return postEvents(
    target,
    batch.entries.map((entry) => entry.json),
    options,
  );
}

function resultOf(batch: Batch, verdict: Verdict) {
  const torn = batch.bad.map(({ line, message }) => ({ line, code: 'bad_row', message }));
  const refused = verdict.rejected.map(({ index, code, message }) => ({
    line: batch.entries[index]?.line ?? 0,
    code,
    message,
  }));
  const rejections = [...torn, ...refused].sort((a, b) => a.line - b.line);
  const counts = { accepted: verdict.accepted, rejected: rejections.length, skipped: batch.skipped };
  return { next_line: batch.lastLine + 1, ...counts, rejections };
}
