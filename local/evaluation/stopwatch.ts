/** Seconds by part of the work, and in total. */
export type Stopwatch = { lap(part: string): void; seconds(): Record<string, number> };

export function createStopwatch(): Stopwatch {
  const startedAt = performance.now();
  const parts: Record<string, number> = {};
  let lapAt = startedAt;
  const since = (from: number) => Number(((performance.now() - from) / 1000).toFixed(1));
  return {
    lap(part) {
      parts[part] = since(lapAt);
      lapAt = performance.now();
    },
    seconds: () => ({ ...parts, total: since(startedAt) }),
  };
}
