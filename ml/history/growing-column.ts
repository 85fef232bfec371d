type Numbers = Uint8Array | Uint32Array | Float32Array | Float64Array;

/** A typed array that grows: `push` a number, and take all of them at the end. */
export type GrowingColumn<Column extends Numbers> = { push(value: number): void; finish(): Column };

const FIRST_LENGTH = 1024;

/** @param create makes an array of the given length, zeros. */
export function growingColumn<Column extends Numbers>(create: (length: number) => Column): GrowingColumn<Column> {
  let values = create(FIRST_LENGTH);
  let length = 0;
  return {
    push(value) {
      if (length === values.length) {
        const wider = create(2 * length);
        wider.set(values);
        values = wider;
      }
      values[length++] = value;
    },
    finish: () => values.slice(0, length) as Column,
  };
}

export const wholeNumbers = () => growingColumn((length) => new Uint32Array(length));
export const reals = () => growingColumn((length) => new Float32Array(length));
