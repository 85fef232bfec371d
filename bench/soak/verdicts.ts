import { type Allowance, judge, type Point, type Verdict } from './flatness.ts';

const MB = 1e6;
/** A third of a pool of the endpoint before the database. */
const MORE_BACKENDS = 8;

/** What the figures of a kind are counted in, and how far one may rise over the run. */
export type Kind = { unit: string; perUnit: number; allowance: Allowance };

/** By the word before the slash of a figure's name. */
export const kinds: Readonly<Record<string, Kind>> = {
  // Heaps of processes grow up to their bounds by and by, and are given back late.
  memory: { unit: 'MB', perUnit: MB, allowance: { share: 0.15, atLeast: 24 * MB } },
  // Requests under way move it by 5 MB; 8 MB in half an hour are some 20 bytes of each event.
  heap: { unit: 'MB', perUnit: MB, allowance: { share: 0.1, atLeast: 8 * MB } },
  handles: { unit: '', perUnit: 1, allowance: { share: 0.1, atLeast: 10 } },
  sockets: { unit: '', perUnit: 1, allowance: { share: 0.1, atLeast: 10 } },
  // A pool opens up to 24 as its requests take longer, and closes those that were idle for five minutes.
  connections: { unit: '', perUnit: 1, allowance: { share: 0, atLeast: MORE_BACKENDS } },
  'backend-memory': { unit: 'MB', perUnit: MB, allowance: { share: 0.15, atLeast: 2 * MB } },
  'backend-handles': { unit: '', perUnit: 1, allowance: { share: 0.15, atLeast: 10 } },
  // A second of the steady rate: what is under way.
  lag: { unit: 'records', perUnit: 1, allowance: { share: 0, atLeast: 150 } },
};

/** Of single figures, in place of their kind's: what so many more backends hold, and shared buffers that fill with the tables. */
const allowances: Readonly<Record<string, Allowance>> = {
  'memory/postgres': { share: 0, atLeast: MORE_BACKENDS * 20 * MB + 128 * MB },
  'handles/postgres': { share: 0, atLeast: MORE_BACKENDS * 160 },
};

export type SeriesVerdict = Verdict & { figure: string; unit: string };

/** A verdict for each series, in the unit of its kind. Throws for a figure of no kind. */
export function verdictsOf(series: ReadonlyMap<string, readonly Point[]>, minutes: number): SeriesVerdict[] {
  return [...series].map(([figure, points]) => {
    const { unit, perUnit, allowance } = kindOf(figure);
    const { isFlat, ...numbers } = judge(points, minutes, allowances[figure] ?? allowance);
    const inUnit = (value: number) => Math.round((value / perUnit) * 10) / 10;
    const { early, late, trend, allowed } = numbers;
    const shown = { early: inUnit(early), late: inUnit(late), trend: inUnit(trend), allowed: inUnit(allowed) };
    return { figure, unit, ...shown, isFlat };
  });
}

/** The kind of a figure, by its name. */
export function kindOf(figure: string): Kind {
  const kind = kinds[figure.split('/')[0] ?? ''];
  if (kind === undefined) throw new Error(`no kind of figure has the name ${figure}; allowed: ${Object.keys(kinds)}`);
  return kind;
}
