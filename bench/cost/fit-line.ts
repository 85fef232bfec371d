/** What a batch costs whatever is in it, and what each of its events adds. */
export type Line = { batch: number; event: number };

/**
 * The line through costs of batches of several sizes with the least squares of relative errors, so that small batches
 * count as much as large ones. Neither part is below zero.
 */
export function fitLine(points: readonly { events: number; cost: number }[]): Line {
  const scaled = points.filter(({ cost }) => cost > 0).map(({ events, cost }) => ({ u: 1 / cost, v: events / cost }));
  const sum = (of: (point: { u: number; v: number }) => number) =>
    scaled.reduce((total, point) => total + of(point), 0);
  const [u, v, uu, uv, vv] = [
    sum((p) => p.u),
    sum((p) => p.v),
    sum((p) => p.u ** 2),
    sum((p) => p.u * p.v),
    sum((p) => p.v ** 2),
  ];
  const determinant = uu * vv - uv ** 2;
  const line = { batch: (u * vv - v * uv) / determinant, event: (v * uu - u * uv) / determinant };
  if (!(line.batch >= 0)) return { batch: 0, event: v / vv };
  return line.event >= 0 ? line : { batch: u / uu, event: 0 };
}
