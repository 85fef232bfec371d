import { readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { MAX_ORACLE_EVENTS } from './check/verify.ts';
import type { Outcome } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';

/** One scenario's two runs. */
export type Line = {
  scenario: Scenario;
  seed: number;
  isGood: boolean;
  kept: Outcome | undefined;
  broken: Outcome | undefined;
  leftOut: string | undefined;
};

const FILE = new URL('../../docs/reliability.md', import.meta.url);
const BEGIN = '<!-- written by npm run chaos -- --write -->';
const END = '<!-- end -->';
const HEAD =
  '| scenario | injected | observed | recovered | the control, and what gave it away |\n|---|---|---|---|---|';

/** Renews the rows of these scenarios between the two marks; other rows stay. */
export async function writeReport(lines: readonly Line[]): Promise<void> {
  const text = await readFile(FILE, 'utf8');
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`docs/reliability.md has lost its marks ${BEGIN} and ${END}`);
  const rows = new Map<string, string>();
  for (const row of text
    .slice(begin, end)
    .split('\n')
    .filter((line) => line.startsWith('| **')))
    rows.set(/\*\*(.*?)\*\*/.exec(row)?.[1] ?? row, row);
  for (const line of lines) rows.set(line.scenario.name, rowOf(line));
  const machine = `Last written ${new Date().toISOString().slice(0, 10)} on ${machineName()}.`;
  const table = `${BEGIN}\n${machine}\n\n${HEAD}\n${[...rows.values()].join('\n')}\n`;
  await writeFile(FILE, `${text.slice(0, begin)}${table}${text.slice(end)}`);
}

function rowOf({ scenario, seed, kept, broken, leftOut }: Line): string {
  const { name, injected, control } = scenario;
  const cells = [`**${name}**`, injected];
  if (leftOut !== undefined) return `| ${[...cells, `left out: ${leftOut}`, '–', control.breaks].join(' | ')} |`;
  return `| ${[...cells, `${observedOf(kept)} (seed ${seed})`, secondsOf(kept), `${control.breaks}: ${failuresOf(broken)}`].join(' | ')} |`;
}

function observedOf(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'not run';
  const { acknowledged, stored, observed, failures } = outcome;
  const letters = stored.deadLetters === 0 ? '' : `, ${stored.deadLetters} dead letters`;
  const agreeing = stored.events > MAX_ORACLE_EVENTS ? 'audit agrees' : 'audit and oracle agree';
  const verdict = failures.length === 0 ? `each once, ${agreeing}` : `**${failures.join('; ')}**`;
  return `${observed}; ${acknowledged.toLocaleString('en')} acknowledged, ${stored.events.toLocaleString('en')} stored${letters}: ${verdict}`;
}

const secondsOf = (outcome: Outcome | undefined) =>
  outcome?.recoveredMs === undefined ? '–' : `${(outcome.recoveredMs / 1000).toFixed(1)} s`;

function failuresOf(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'not run';
  return outcome.failures.length === 0 ? '**not found out**' : outcome.failures.slice(0, 3).join('; ');
}

function machineName(): string {
  const gigabytes = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'}), ${gigabytes} GB, shared with other work`;
}
