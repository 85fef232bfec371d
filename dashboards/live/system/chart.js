import uPlot from '/page/charts/uPlot.esm.js';
import { element } from '../dom.js';
import { hour } from '../format.js';

/** Events are whole. */
const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6];
const FONT = '11px system-ui, sans-serif';
const dark = matchMedia('(prefers-color-scheme: dark)');

/**
 * Bars over time by uPlot, drawn anew when the colour scheme or the width changes. `series` names a CSS colour variable
 * for each row of values. `describe(data)` is what is said instead of the picture.
 */
export function createBars(place, { height, series, describe, hasAxes = false }) {
  const canvas = element('div', { class: 'chart', role: 'img' });
  place.append(canvas);
  let chart;
  let data;

  const draw = () => {
    chart?.destroy();
    chart = undefined;
    if (data === undefined || canvas.clientWidth === 0) return;
    chart = new uPlot(optionsOf(canvas, height, series, hasAxes), data, canvas);
  };
  new ResizeObserver(() => {
    if (chart === undefined) draw();
    else if (canvas.clientWidth > 0) chart.setSize({ width: canvas.clientWidth, height });
  }).observe(canvas);
  dark.addEventListener('change', draw);

  return {
    show(next) {
      data = next;
      canvas.setAttribute('aria-label', describe(next));
      if (chart === undefined) draw();
      else chart.setData(next);
    },
    destroy() {
      dark.removeEventListener('change', draw);
      chart?.destroy();
    },
  };
}

function optionsOf(canvas, height, series, hasAxes) {
  const style = getComputedStyle(canvas);
  const color = (name) => style.getPropertyValue(name).trim();
  const axis = { stroke: color('--quiet'), font: FONT, ticks: { show: false }, border: { show: false } };
  const grid = { stroke: color('--line'), width: 1 };
  const bars = (index) => ({
    fill: color(series[index].color),
    stroke: color(series[index].color),
    width: 0,
    points: { show: false },
    paths: uPlot.paths.bars({ size: [0.72, 40], align: 0, gap: 1 }),
  });
  return {
    width: canvas.clientWidth,
    height,
    padding: hasAxes ? [8, 4, 0, 0] : [2, 0, 2, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: true, range: halfAStepBeyond },
      y: { range: (_, low, high) => [Math.min(0, low), Math.max(high, 1)] },
    },
    axes: hasAxes
      ? [
          {
            ...axis,
            grid: { show: false },
            space: 60,
            size: 26,
            values: (_, times) => times.map((seconds) => hour(seconds * 1000)),
          },
          { ...axis, grid, space: 28, size: 34, incrs: WHOLE, values: (_, values) => values.map(Math.abs) },
        ]
      : [{ show: false }, { show: false }],
    series: [{}, ...series.map((_, index) => bars(index))],
  };
}

/** So that the first bar and the last one are whole. */
function halfAStepBeyond(chart, first, last) {
  const half = (last - first) / Math.max(1, chart.data[0].length - 1) / 2;
  return [first - half, last + half];
}

/** The last `values.length` minutes, in seconds since 1970, as uPlot wants them. */
export function minutesUpToNow(values) {
  const now = Math.floor(Date.now() / 60_000) * 60;
  return values.map((_, index) => now - (values.length - 1 - index) * 60);
}
