import { id } from '../../events/fields.ts';
import type { NextProduct } from '../../ml/evaluation/next-product.ts';
import { countSessions, createSessionCollector, type SessionHistory } from '../../ml/evaluation/session-history.ts';
import { BazaarError, messageOf } from '../../platform/errors.ts';
import { linesOf } from '../replay/source-file.ts';
import { createRandom } from '../shoppers/random.ts';

/** One session a line, product ids separated by spaces, oldest first; plain or gzip. */
export async function readTrainFile(file: string): Promise<SessionHistory> {
  const [collector, readIds] = [createSessionCollector(), createIdReader()];
  await eachLine(file, (text) => collector.add(readIds(text)));
  const history = collector.finish();
  if (countSessions(history) === 0) throw new BazaarError('usage', `${file} has no lines`);
  return history;
}

/**
 * One question a line: product ids separated by spaces, oldest first, a tab, and the id that came next; plain or gzip.
 *
 * @param limit how many lines are taken, at random but the same for a seed; all when absent.
 */
export async function readTestFile(file: string, limit: number | undefined, seed: number): Promise<NextProduct[]> {
  const [rows, readIds]: [NextProduct[], (text: string) => string[]] = [[], createIdReader()];
  await eachLine(file, (text) => {
    const [prefix = '', target, ...more] = text.split('\t');
    if (target === undefined || more.length > 0)
      throw new Error('needs one tab, between the products so far and the next one');
    const [only = '', ...others] = readIds(target);
    if (others.length > 0) throw new Error(`needs one product after the tab: got ${others.length + 1}`);
    rows.push({ prefix: readIds(prefix), target: only });
  });
  if (rows.length === 0) throw new BazaarError('usage', `${file} has no lines`);
  return limit === undefined || limit >= rows.length ? rows : sample(rows, limit, seed);
}

async function eachLine(file: string, act: (text: string) => void): Promise<void> {
  let at = 0;
  try {
    for await (const { line, text } of linesOf(file)) {
      at = line;
      act(text);
    }
  } catch (cause) {
    throw new BazaarError('usage', `${file}, line ${Math.max(at, 1)}: ${messageOf(cause)}`, { cause });
  }
}

/** What stands for bytes that are no UTF-8. */
const REPLACEMENT = '\ufffd';

/** Reads ids separated by single spaces; each distinct one is checked once, and kept once however often it comes. */
function createIdReader(): (text: string) => string[] {
  const known = new Map<string, string>();
  const check = (text: string): string => {
    if (text === '') throw new Error('has an empty id: ids are separated by single spaces, with none at the ends');
    if (/\s/.test(text)) throw new Error(`has white space inside an id: got ${JSON.stringify(text.slice(0, 50))}`);
    if (text.includes(REPLACEMENT)) throw new Error('is not text in UTF-8');
    const parsed = id.safeParse(text);
    if (!parsed.success) throw new Error(`has an id that no event may carry: ${parsed.error.issues[0]?.message}`);
    known.set(text, text);
    return text;
  };
  return (text) => {
    if (text === '') throw new Error('is empty where product ids are expected');
    return text.split(' ').map((part) => known.get(part) ?? check(part));
  };
}

/** So many of the items, the same for a seed, in their order (selection sampling, Knuth 1997, algorithm 3.4.2 S). */
function sample<T>(items: readonly T[], count: number, seed: number): T[] {
  const random = createRandom(seed);
  const taken: T[] = [];
  items.forEach((item, index) => {
    if (random.next() * (items.length - index) < count - taken.length) taken.push(item);
  });
  return taken;
}
