import type { Progress } from './progress.ts';

/** The line that is shown while a file goes in. */
export function progressLine(progress: Progress, eventsPerSecond: number): string {
  const { next_line, accepted, rejected } = progress;
  return `line ${next_line - 1}: ${accepted} accepted, ${rejected} rejected, ${Math.round(eventsPerSecond)} events/s`;
}

/** What is printed at the end: counts of the whole file, speed of this run, and the first rejections with their lines. */
export function summary(progress: Progress, sentInThisRun: number, seconds: number): string {
  const rate = Math.round(sentInThisRun / Math.max(seconds, 0.001));
  const { accepted, rejected, skipped, rejections } = progress;
  const lines = [
    `accepted ${accepted}  rejected ${rejected}  lines without an event of their own ${skipped}`,
    `${sentInThisRun} events in ${seconds.toFixed(1)} s: ${rate} events/s`,
    ...rejections.map(({ line, code, message }) => `  line ${line}: ${code}: ${message}`),
  ];
  if (rejected > rejections.length) lines.push(`  … and ${rejected - rejections.length} more`);
  return lines.join('\n');
}
