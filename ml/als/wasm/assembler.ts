/** Bytes of WebAssembly instructions; operands stand before their operator. */
export type Code = readonly number[];

type ValueType = 'i32' | 'f32' | 'v128';

/** A parameter or another variable of a function. */
export type Variable = { readonly get: Code; set(value: Code): Code };

/** Declares what one function works on; parameters come before other variables. */
export type Scope = { parameter(type: 'i32' | 'f32'): Variable; variable(type: ValueType): Variable };

export type FunctionCode = { params: ValueType[]; result: 'f32' | undefined; locals: ValueType[]; body: Code };

const TYPE_BYTE = { i32: 0x7f, f32: 0x7d, v128: 0x7b } as const;
const MAX_PAGES = 65_536;

export function defineFunction(result: 'f32' | undefined, build: (scope: Scope) => Code): FunctionCode {
  const params: ValueType[] = [];
  const locals: ValueType[] = [];
  const declare = (list: ValueType[], type: ValueType): Variable => {
    list.push(type);
    const index = unsigned(params.length + locals.length - 1);
    return { get: [0x20, ...index], set: (value) => [...value, 0x21, ...index] };
  };
  const body = build({ parameter: (type) => declare(params, type), variable: (type) => declare(locals, type) });
  return { params, result, locals, body };
}

const binary =
  (...operator: number[]) =>
  (left: Code, right: Code): Code => [...left, ...right, ...operator];

/** Reading and writing at an address plus a constant number of bytes; aligned to four bytes, as floats are. */
const access =
  (...operator: number[]) =>
  (address: Code, offset = 0): Code => [...address, ...operator, 2, ...unsigned(offset)];

export const i32 = {
  const: (value: number): Code => [0x41, ...signed(value)],
  add: binary(0x6a),
  mul: binary(0x6c),
  lessThan: binary(0x49),
  load: access(0x28),
};

export const f32 = {
  const: (value: number): Code => [0x43, ...new Uint8Array(Float32Array.of(value).buffer)],
  add: binary(0x92),
  sub: binary(0x93),
  mul: binary(0x94),
  load: access(0x2a),
};

/** Four floats at a time. */
export const f32x4 = {
  add: binary(0xfd, 0xe4, 0x01),
  mul: binary(0xfd, 0xe6, 0x01),
  splat: (value: Code): Code => [...value, 0xfd, 0x13],
  lane: (vector: Code, lane: number): Code => [...vector, 0xfd, 0x1f, lane],
  load: access(0xfd, 0x00),
  loadSplat: access(0xfd, 0x09),
  store: (address: Code, offset: number, value: Code): Code => [
    ...address,
    ...value,
    0xfd,
    0x0b,
    2,
    ...unsigned(offset),
  ],
};

/** Runs the body, advances the variable by so many bytes, and repeats while it is below the end. Runs at least once. */
export function repeat(variable: Variable, step: Code, end: Variable, body: Code): Code {
  const advance = variable.set(i32.add(variable.get, step));
  return [0x03, 0x40, ...body, ...advance, ...i32.lessThan(variable.get, end.get), 0x0d, 0, 0x0b];
}

/**
 * A module that exports these functions and imports the shared memory `env.memory`.
 * Source of the format: WebAssembly Core Specification 2.0, chapter 5, and the threads proposal for shared memories.
 */
export function assembleModule(functions: Readonly<Record<string, FunctionCode>>): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(functions);
  const types = entries.map(([, { params, result }]) => [
    ...[0x60, ...vector(params.map((type) => [TYPE_BYTE[type]]))],
    ...vector(result === undefined ? [] : [[TYPE_BYTE[result]]]),
  ]);
  const memory = [...text('env'), ...text('memory'), 0x02, 0x03, 0, ...unsigned(MAX_PAGES)];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector(types)),
    ...section(2, vector([memory])),
    ...section(3, vector(entries.map((_, index) => unsigned(index)))),
    ...section(7, vector(entries.map(([name], index) => [...text(name), 0x00, ...unsigned(index)]))),
    ...section(10, vector(entries.map(([, code]) => sized(functionBody(code))))),
  ]);
}

function functionBody({ locals, body }: FunctionCode): Code {
  return [...vector(locals.map((type) => [1, TYPE_BYTE[type]])), ...body, 0x0b];
}

const sized = (content: Code): Code => [...unsigned(content.length), ...content];
const section = (id: number, content: Code): Code => [id, ...sized(content)];
const vector = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const text = (value: string): Code => sized([...Buffer.from(value)]);

/** LEB128. */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): Code {
  return value >= -64 && value < 64 ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(value >> 7)];
}
