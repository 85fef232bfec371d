/** Lengths of vectors are multiples of so many floats, so that no loop of the kernels has a remainder. */
export const VECTOR_FLOATS = 16;
/** What the product of matrices holds in registers at a time. */
export const TILE_ROWS = 4;
export const TILE_COLUMNS = 8;
