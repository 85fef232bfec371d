import type { Watched } from './watch-groups.ts';

export type Summary = { events_per_second: number; slowest: number; fastest: number } & Record<string, number>;

/** Of each contestant the median, slowest and fastest rate, and the median processor seconds for a million events. */
export function summaryOf(runs: readonly { name: string; watched: Watched }[]): Record<string, Summary> {
  const byName = Map.groupBy(runs, ({ name }) => name);
  return Object.fromEntries(
    [...byName].map(([name, of]) => {
      const rates = of.map(({ watched }) => watched.eventsPerSecond);
      const parts = Object.keys(of[0]?.watched.processorPerMillion ?? {});
      const processor = parts.map((part) => [
        `${part} s/M`,
        median(of.map(({ watched }) => watched.processorPerMillion[part] ?? 0)),
      ]);
      const summary = {
        events_per_second: median(rates),
        slowest: Math.min(...rates),
        fastest: Math.max(...rates),
        ...Object.fromEntries(processor),
      };
      return [name, summary];
    }),
  );
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const [low, high] = [
    sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN,
    sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
  ];
  return Math.round(((low + high) / 2) * 10) / 10;
}
