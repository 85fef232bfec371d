import { type Code, defineFunction, f32x4, i32, repeat, type Scope, type Variable } from './assembler.ts';
import { TILE_COLUMNS, TILE_ROWS } from './vector-shape.ts';

/** One tile of C stays in registers while a strip of A and a panel of B pass by. */
export const multiply = defineFunction(undefined, (scope) => {
  const { parameter, variable } = scope;
  const [a, aRow, aDepth] = [parameter('i32'), parameter('i32'), parameter('i32')];
  const [b, bPanel, bDepth] = [parameter('i32'), parameter('i32'), parameter('i32')];
  const [c, cRow, rows] = [parameter('i32'), parameter('i32'), parameter('i32')];
  const [panels, depth] = [parameter('i32'), parameter('i32')];
  const [panelsEnd, strip, tileAt, tilesEnd] = [
    ...([variable('i32'), variable('i32'), variable('i32'), variable('i32')] as const),
  ];
  const tile = tileCode(scope, { strip, aRow, aDepth, b, bDepth, tileAt, cRow, depth });
  const stripBytes = i32.mul(aRow.get, i32.const(TILE_ROWS));
  const panel = [
    ...[...strip.set(a.get), ...tileAt.set(c.get)],
    ...tilesEnd.set(i32.add(c.get, i32.mul(rows.get, cRow.get))),
    ...repeat(tileAt, i32.mul(cRow.get, i32.const(TILE_ROWS)), tilesEnd, [
      ...tile,
      ...strip.set(i32.add(strip.get, stripBytes)),
    ]),
    ...c.set(i32.add(c.get, i32.const(TILE_COLUMNS * 4))),
  ];
  const end = i32.add(b.get, i32.mul(panels.get, bPanel.get));
  return [...panelsEnd.set(end), ...repeat(b, bPanel.get, panelsEnd, panel)];
});

type TileName = 'strip' | 'aRow' | 'aDepth' | 'b' | 'bDepth' | 'tileAt' | 'cRow' | 'depth';

/** For each k: the row of B's panel is read once, and each row's element of A multiplies it. */
function tileCode({ variable }: Scope, known: Record<TileName, Variable>): Code {
  const { strip, aRow, aDepth, b, bDepth, tileAt, cRow, depth } = known;
  const [bAt, bEnd] = [variable('i32'), variable('i32')];
  const [left, right, factor] = [variable('v128'), variable('v128'), variable('v128')];
  const rows = Array.from({ length: TILE_ROWS }, () => ({
    ...{ aAt: variable('i32'), cAt: variable('i32'), low: variable('v128'), high: variable('v128') },
  }));
  const load = rows.flatMap(({ aAt, cAt, low, high }, row) => [
    ...aAt.set(i32.add(strip.get, i32.mul(aRow.get, i32.const(row)))),
    ...cAt.set(i32.add(tileAt.get, i32.mul(cRow.get, i32.const(row)))),
    ...[...low.set(f32x4.load(cAt.get, 0)), ...high.set(f32x4.load(cAt.get, 16))],
  ]);
  const step = rows.flatMap(({ aAt, low, high }) => [
    ...factor.set(f32x4.loadSplat(aAt.get)),
    ...low.set(f32x4.add(low.get, f32x4.mul(factor.get, left.get))),
    ...high.set(f32x4.add(high.get, f32x4.mul(factor.get, right.get))),
    ...aAt.set(i32.add(aAt.get, aDepth.get)),
  ]);
  const store = rows.flatMap(({ cAt, low, high }) => [
    ...f32x4.store(cAt.get, 0, low.get),
    ...f32x4.store(cAt.get, 16, high.get),
  ]);
  return [
    ...[...load, ...bAt.set(b.get), ...bEnd.set(i32.add(b.get, i32.mul(depth.get, bDepth.get)))],
    ...repeat(bAt, bDepth.get, bEnd, [
      ...[...left.set(f32x4.load(bAt.get, 0)), ...right.set(f32x4.load(bAt.get, 16))],
      ...step,
    ]),
    ...store,
  ];
}
