import { changeTable, costTable, lineTable } from './cost-table.ts';
import { type Price, prices } from './prices.ts';

/** What stands between `<!-- NAME -->` and `<!-- end -->` in docs/cost.md. */
const blocks: Readonly<Record<string, () => string>> = {
  totals: () => costTable(),
  lines: () => lineTable('express', 100),
  changes: () => changeTable(),
  sources: () => [...new Set(Object.values<Price>(prices).map(sourceLine))].sort().join('\n'),
};

/**
 * The document with its generated blocks brought up to date.
 *
 * @throws Error when a block is missing.
 */
export function renewDocument(text: string): string {
  return Object.entries(blocks).reduce((document, [name, content]) => {
    const pattern = new RegExp(`(<!-- ${name} -->\n)(?:[^]*?\n)??(<!-- end -->)`);
    if (!pattern.test(document)) throw new Error(`the document has no block "<!-- ${name} -->" … "<!-- end -->"`);
    return document.replace(pattern, (_, start: string, end: string) => `${start}${content()}\n${end}`);
  }, text);
}

function sourceLine({ page, seen }: Price): string {
  const names = Object.entries<Price>(prices)
    .filter(([, price]) => price.page === page && sameSight(price.seen, seen))
    .map(([name]) => `\`${name}\``)
    .join(', ');
  if (seen === 'unverified') return `- ${page}: ${names}: **unverified**, no text with this price was seen`;
  return `- ${page}: ${names}: ${seen.in === 'publisher' ? "the seller's own text" : 'an extract of the price list'} of ${seen.on}`;
}

function sameSight(a: Price['seen'], b: Price['seen']): boolean {
  return a === 'unverified' || b === 'unverified' ? a === b : a.on === b.on && a.in === b.in;
}
