import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const MAX_REJECTIONS_KEPT = 20;

const progressSchema = z.object({
  first_replayed_at: z.string(),
  /** The first line that is not yet acknowledged. */
  next_line: z.int().min(1),
  finished: z.boolean(),
  accepted: z.int(),
  rejected: z.int(),
  skipped: z.int(),
  rejections: z.array(z.object({ line: z.int(), code: z.string(), message: z.string() })),
});
/** How far a replay has come. The counts cover exactly the lines before `next_line`. */
export type Progress = z.output<typeof progressSchema>;

/** A replay that has not begun, at a time in ISO 8601. */
export function newProgress(now: string): Progress {
  const counts = { accepted: 0, rejected: 0, skipped: 0, rejections: [] };
  return { first_replayed_at: now, next_line: 1, finished: false, ...counts };
}

/** What one batch adds; only the first rejections are kept for display, all are counted. */
export function advance(progress: Progress, batch: Omit<Progress, 'first_replayed_at' | 'finished'>): Progress {
  return {
    ...progress,
    next_line: batch.next_line,
    accepted: progress.accepted + batch.accepted,
    rejected: progress.rejected + batch.rejected,
    skipped: progress.skipped + batch.skipped,
    rejections: [...progress.rejections, ...batch.rejections].slice(0, MAX_REJECTIONS_KEPT),
  };
}

/**
 * Where the progress of this file lies. The name covers the key of the system beside the file's content, so that a new
 * system (which has new keys) on an old address is never taken for the one that already has the first lines.
 */
export function progressPath(dataDir: string, parts: readonly string[]): string {
  const name = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
  return join(dataDir, 'replay', `${name}.json`);
}

/** The progress kept from an earlier run, or undefined when there is none that can be read. */
export function readProgress(path: string): Progress | undefined {
  try {
    return progressSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Replaces the kept progress in one step: a kill leaves the old or the new one, never a torn one. */
export function writeProgress(path: string, progress: Progress): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(`${path}.new`, JSON.stringify(progress), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
