import type { Comparison } from './ledger.ts';
import type { LoadResult } from './load.ts';
import type { SeriesVerdict } from './verdicts.ts';

/** What a soak has shown. */
export type Outcome = {
  load: LoadResult;
  verdicts: readonly SeriesVerdict[];
  samples: { read: number; unread: readonly string[] };
  /** Undefined when the database gave none. */
  stored: Comparison | undefined;
  /** Records that no consumer had committed when the load had ended and time to catch up was over. */
  lag: number;
  /** The last line of `bazaar audit`. */
  audit: string;
  /** Parts of the system that were started again meanwhile. */
  restarted: readonly string[];
};

/** A machine that is busy otherwise may let one sample fail; what fails more often hides something. */
const UNREAD_SHARE = 0.05;

const said = (isBad: boolean, text: string) => (isBad ? [text] : []);

/** One line for each thing that is not as it has to be; none when the soak was passed. */
export function failuresOf({ load, verdicts, samples, stored, lag, audit, restarted }: Outcome): string[] {
  const { sent, accepted } = load.events;
  return [
    ...verdicts.filter(({ isFlat }) => !isFlat).map(({ figure }) => `${figure} is not flat`),
    ...[...load.failures].map(([text, count]) => `${count} times ${text}`),
    ...said(samples.unread.length > UNREAD_SHARE * samples.read, `samples that failed: ${samples.unread.join('; ')}`),
    ...said(accepted !== sent, `${sent - accepted} events were not accepted`),
    ...storedWrong(stored),
    ...said(lag !== 0, `${lag} records are behind at the end`),
    ...said(!audit.endsWith(': 0 differences'), `audit: ${audit}`),
    ...restarted.map((part) => `${part} ended and was started again`),
  ];
}

function storedWrong(stored: Comparison | undefined): string[] {
  if (stored === undefined) return ['what is stored could not be compared with what was accepted'];
  return [
    ...said(stored.missing !== 0, `${stored.missing} accepted events are not stored`),
    ...said(stored.never_sent !== 0, `${stored.never_sent} stored events were never sent`),
    ...said(stored.twice !== 0, `${stored.twice} events are stored twice`),
  ];
}
