/** The positions of group g stand from `starts[g]` up to `starts[g + 1]`, ascending. */
export type GroupedPositions = { readonly starts: Uint32Array; readonly positions: Uint32Array };

/** Counting sort, in linear time. @param groups the group of each position, below `groupCount`. */
export function groupPositions(groups: Uint32Array, groupCount: number): GroupedPositions {
  const starts = new Uint32Array(groupCount + 1);
  for (const group of groups) starts[group + 1] = (starts[group + 1] as number) + 1;
  for (let group = 0; group < groupCount; group++)
    starts[group + 1] = (starts[group + 1] as number) + (starts[group] as number);
  const next = starts.slice();
  const positions = new Uint32Array(groups.length);
  groups.forEach((group, position) => {
    const place = next[group] as number;
    positions[place] = position;
    next[group] = place + 1;
  });
  return { starts, positions };
}
