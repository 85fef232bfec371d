import { writePlot } from '../report/write-plot.ts';
import type { Point } from './flatness.ts';
import { kindOf } from './verdicts.ts';

/** So many points of a series are drawn: what is between two of them is not wider than a line. */
const POINTS = 120;

/** PostgreSQL, of many processes, holds fifty times as many handles as the others: equal ratios are equal distances there. */
const plots = [
  { kind: 'memory', title: 'Memory of each part (PSS)' },
  { kind: 'heap', title: 'Heaps after a collection' },
  { kind: 'handles', title: 'Open handles', logarithmic: { y: true } },
  { kind: 'connections', title: 'Connections to PostgreSQL by role' },
  { kind: 'lag', title: 'Records behind, by consumer group' },
];

/** Draws `bench/results/soak-KIND.svg` for each kind of figure. */
export async function drawSoak(series: ReadonlyMap<string, readonly Point[]>): Promise<void> {
  for (const { kind, title, logarithmic = {} } of plots) {
    const own = [...series].filter(([figure]) => figure.startsWith(`${kind}/`));
    const rows = own.flatMap(([figure, points]) =>
      thinned(points).map(({ minute, value }) => ({
        minute: Math.round(minute * 100) / 100,
        value: Math.round((value / kindOf(figure).perUnit) * 10) / 10,
        name: figure.slice(kind.length + 1),
      })),
    );
    const { unit } = kindOf(`${kind}/`);
    const axes = { x: 'minutes', y: unit === '' ? kind : unit };
    await writePlot(`soak-${kind}`, {
      ...{ title, rows, mark: 'line', hasPoints: false, axes, logarithmic },
      ...{ x: 'minute', y: 'value', series: 'name' },
    });
  }
}

/** The highest of each stretch: a peak is what a reader looks for. */
function thinned(points: readonly Point[]): Point[] {
  const width = Math.ceil(points.length / POINTS);
  return Array.from({ length: Math.ceil(points.length / width) }, (_, index) => {
    const stretch = points.slice(index * width, (index + 1) * width);
    return stretch.reduce((highest, point) => (point.value > highest.value ? point : highest));
  });
}
