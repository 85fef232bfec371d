import { readFile, writeFile } from 'node:fs/promises';

/** What work costs in pieces and bytes, by name; nothing here depends on a clock. */
export type Figures = Readonly<Record<string, number>>;

/**
 * How far a figure may be from what is expected, as a share. Where rows meet on a page, when a page splits and when dead rows
 * are cleared moves the WAL; everything else is counted exactly.
 */
const TOLERANCES: readonly [part: string, share: number][] = [
  ['wal_bytes_per_event', 0.15],
  ['topic_bytes_per_event', 0.01],
];

const HOW_TO_ACCEPT = 'if this is wanted: ACCEPT_FOOTPRINT=yes npx vitest run test/footprint';

/** One line for each figure that is not as expected, and one that says what to do if that is as it should be. */
export function changesOf(expected: Figures, actual: Figures): string[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort();
  const changes = names
    .filter((name) => !isNear(name, expected[name], actual[name]))
    .map(
      (name) =>
        `${name}: ${shown(expected[name])} -> ${shown(actual[name])}${percentage(expected[name], actual[name])}`,
    );
  return changes.length === 0 ? [] : [...changes, HOW_TO_ACCEPT];
}

/** Holds what was counted against the file; where `ACCEPT_FOOTPRINT` is set, the file is made to say it instead. */
export async function compareWithFile(file: URL, actual: Figures): Promise<string[]> {
  const expected = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as Figures;
  if (process.env.ACCEPT_FOOTPRINT === undefined) return changesOf(expected, actual);
  const kept = Object.entries(actual).map(([name, value]): [string, number] => {
    const known = expected[name];
    return [name, known !== undefined && isNear(name, known, value) ? known : value];
  });
  await writeFile(file, `${JSON.stringify(Object.fromEntries(kept.sort()), undefined, 2)}\n`);
  return [];
}

function isNear(name: string, expected: number | undefined, actual: number | undefined): boolean {
  if (expected === undefined || actual === undefined) return false;
  const share = TOLERANCES.find(([part]) => name.includes(part))?.[1] ?? 0;
  return Math.abs(actual - expected) <= share * expected;
}

const shown = (value: number | undefined) => (value === undefined ? 'not counted' : String(value));

function percentage(expected: number | undefined, actual: number | undefined): string {
  if (!expected || actual === undefined) return '';
  const change = ((actual - expected) / expected) * 100;
  return ` (${change > 0 ? '+' : ''}${change.toFixed(1)} %)`;
}
