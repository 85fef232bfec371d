import { type Code, defineFunction, f32, f32x4, i32, repeat, type Scope } from './assembler.ts';
import { VECTOR_FLOATS } from './vector-shape.ts';

const LANE_BYTES = 4;
const QUAD_BYTES = 16;
const STEP = i32.const(VECTOR_FLOATS * LANE_BYTES);
/** Byte offsets of the four floats each that one step of a loop takes. */
const QUADS = Array.from({ length: (VECTOR_FLOATS * LANE_BYTES) / QUAD_BYTES }, (_, index) => index * QUAD_BYTES);
const LANES = [0, 1, 2, 3];

/** a·b, in a running sum for each quad, since one alone would wait for itself. */
function dotCode({ variable }: Scope, a: Code, b: Code, bytes: Code): { loop: Code; sum: Code } {
  const [left, right, end, total] = [variable('i32'), variable('i32'), variable('i32'), variable('v128')];
  const sums = QUADS.map((offset) => ({ offset, sum: variable('v128') }));
  const zero = sums.flatMap(({ sum }) => sum.set(f32x4.splat(f32.const(0))));
  const products = sums.flatMap(({ offset, sum }) =>
    sum.set(f32x4.add(sum.get, f32x4.mul(f32x4.load(left.get, offset), f32x4.load(right.get, offset)))),
  );
  const loop = [
    ...[...left.set(a), ...right.set(b), ...end.set(i32.add(left.get, bytes)), ...zero],
    ...repeat(left, STEP, end, [...products, ...right.set(i32.add(right.get, STEP))]),
    ...total.set(sums.map(({ sum }) => sum.get).reduce(f32x4.add)),
  ];
  return { loop, sum: LANES.map((lane) => f32x4.lane(total.get, lane)).reduce(f32.add) };
}

export const dot = defineFunction('f32', (scope) => {
  const [a, b, bytes] = [scope.parameter('i32'), scope.parameter('i32'), scope.parameter('i32')];
  const { loop, sum } = dotCode(scope, a.get, b.get, bytes.get);
  return [...loop, ...sum];
});

export const combine = defineFunction(undefined, ({ parameter, variable }) => {
  const [to, keep, from] = [parameter('i32'), parameter('f32'), parameter('i32')];
  const [scale, bytes] = [parameter('f32'), parameter('i32')];
  const [keeps, scales, end] = [variable('v128'), variable('v128'), variable('i32')];
  const mixed = (offset: number) =>
    f32x4.add(f32x4.mul(f32x4.load(to.get, offset), keeps.get), f32x4.mul(f32x4.load(from.get, offset), scales.get));
  const step = QUADS.flatMap((offset) => f32x4.store(to.get, offset, mixed(offset)));
  return [
    ...[...keeps.set(f32x4.splat(keep.get)), ...scales.set(f32x4.splat(scale.get))],
    ...end.set(i32.add(to.get, bytes.get)),
    ...repeat(to, STEP, end, [...step, ...from.set(i32.add(from.get, STEP))]),
  ];
});

export const addEntries = defineFunction(undefined, (scope) => {
  const { parameter, variable } = scope;
  const [index, indicesEnd, value, vectors] = [
    ...([parameter('i32'), parameter('i32'), parameter('i32'), parameter('i32')] as const),
  ];
  const [x, out, share, bytes] = [parameter('i32'), parameter('i32'), parameter('f32'), parameter('i32')];
  const [vector, confidence, weight] = [variable('i32'), variable('f32'), variable('v128')];
  const [to, from, end] = [variable('i32'), variable('i32'), variable('i32')];
  const { loop, sum } = dotCode(scope, vector.get, x.get, bytes.get);
  const beyondOne = f32.sub(confidence.get, f32.const(1));
  const pull = f32.sub(f32.mul(beyondOne, sum), f32.mul(share.get, confidence.get));
  const added = (offset: number) =>
    f32x4.add(f32x4.load(to.get, offset), f32x4.mul(weight.get, f32x4.load(from.get, offset)));
  const step = QUADS.flatMap((offset) => f32x4.store(to.get, offset, added(offset)));
  return repeat(index, i32.const(LANE_BYTES), indicesEnd, [
    ...vector.set(i32.add(vectors.get, i32.mul(i32.load(index.get), bytes.get))),
    ...[...confidence.set(f32.load(value.get)), ...loop, ...weight.set(f32x4.splat(pull))],
    ...[...to.set(out.get), ...from.set(vector.get), ...end.set(i32.add(out.get, bytes.get))],
    ...repeat(to, STEP, end, [...step, ...from.set(i32.add(from.get, STEP))]),
    ...value.set(i32.add(value.get, i32.const(LANE_BYTES))),
  ]);
});
