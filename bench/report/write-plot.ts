import { mkdir, writeFile } from 'node:fs/promises';
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

const RESULTS = new URL('../results/', import.meta.url);

/** Points of a plot: one object each, its fields named by `x`, `y` and `series`. */
export type Plot = {
  title: string;
  rows: readonly Record<string, string | number>[];
  mark: 'line' | 'bar';
  x: string;
  y: string;
  /** The field whose values are lines or bars of their own. */
  series?: string;
  /** What the axes say, with units. */
  axes: { x: string; y: string };
  /** Whether the points of a line are marked; they are unless this says no. */
  hasPoints?: boolean;
  /** Whether equal ratios are equal distances. */
  logarithmic?: { x?: boolean; y?: boolean };
};

/** Draws `bench/results/NAME.svg`, on white, so that it can be read on a dark page too. */
export async function writePlot(name: string, plot: Plot): Promise<void> {
  const view = new View(parse(compile(specOf(plot)).spec), { renderer: 'none' });
  try {
    await mkdir(RESULTS, { recursive: true });
    await writeFile(new URL(`${name}.svg`, RESULTS), `${await view.toSVG()}\n`);
  } finally {
    view.finalize();
  }
}

function specOf({ title, rows, mark, x, y, series, axes, hasPoints = true, logarithmic = {} }: Plot): TopLevelSpec {
  const isBar = mark === 'bar';
  const scale = (isLogarithmic?: boolean) => (isLogarithmic ? { scale: { type: 'log' as const } } : {});
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    ...{ title, background: 'white', width: 520, height: 260 },
    // Names are shown whole, however long.
    config: { legend: { labelLimit: 0 } },
    data: { values: rows.map((row) => ({ ...row })) },
    mark: isBar ? { type: 'bar' } : { type: 'line', point: hasPoints },
    encoding: {
      x: { field: x, type: isBar ? 'nominal' : 'quantitative', title: axes.x, sort: null, ...scale(logarithmic.x) },
      y: { field: y, type: 'quantitative', title: axes.y, ...scale(logarithmic.y) },
      ...(series === undefined ? {} : { color: { field: series, type: 'nominal' as const, sort: null } }),
      ...(series === undefined || !isBar ? {} : { xOffset: { field: series, sort: null } }),
    },
  };
}
