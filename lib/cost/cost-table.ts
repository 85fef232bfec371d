import { type AssumptionName, type Assumptions, defaultAssumptions } from './assumptions.ts';
import { type CostLine, formatNumber, type Part, parts } from './cost-line.ts';
import { type Profile, profiles } from './kafka-lines.ts';
import { monthlyCost, totalOf } from './monthly-cost.ts';

/** The rates that are shown when none is asked for, in events a second. */
export const shownRates = [0, 10, 100, 1_000] as const;

const usd = (amount: number) => Math.round(amount).toLocaleString('en-US');
const rateHeads = (rates: readonly number[]) => rates.map((rate) => `${formatNumber(rate)} events/s`);

/** Whole dollars a month: what the log costs in each profile, the parts that are the same in all, and the totals. */
export function costTable(
  chosen: readonly Profile[] = profiles,
  rates: readonly number[] = shownRates,
  assumptions: Assumptions = defaultAssumptions,
): string {
  const cost = (profile: Profile, rate: number) => monthlyCost(profile, rate, assumptions);
  const row = (name: string, profile: Profile, include: (line: CostLine) => boolean) => [
    name,
    ...rates.map((rate) => usd(totalOf(cost(profile, rate).filter(include)))),
  ];
  const [anyProfile = 'existing'] = chosen;
  const shared: readonly Part[] = parts.filter((part) => part !== 'Kafka');
  return markdownTable([
    ['USD a month', ...rateHeads(rates)],
    ...chosen.map((profile) => row(`Kafka, ${profile}`, profile, ({ part }) => part === 'Kafka')),
    ...shared.map((part) => row(part, anyProfile, (line) => line.part === part)),
    ...chosen.map((profile) => row(`**total, ${profile}**`, profile, () => true)),
  ]);
}

/** Every line of one bill with its arithmetic. Lines that cost nothing are left out. */
export function lineTable(profile: Profile, rate: number, assumptions: Assumptions = defaultAssumptions): string {
  const lines = monthlyCost(profile, rate, assumptions);
  const cents = (amount: number) =>
    amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return markdownTable([
    [`${profile}, ${formatNumber(rate)} events/s`, 'item', 'arithmetic', 'USD a month'],
    ...lines.filter((line) => line.usd > 0).map((line) => [line.part, line.item, line.arithmetic, cents(line.usd)]),
    ['**total**', '', '', cents(totalOf(lines))],
  ]);
}

/** Another value of one assumption, and in words what it stands for. */
const changes: readonly (readonly [what: string, name: AssumptionName, value: number])[] = [
  ['one event a request', 'eventsPerRequest', 1],
  ['100 events a request', 'eventsPerRequest', 100],
  ['raw views and cart events kept for 90 days', 'retentionDays', 90],
  ['answers of the authorizer cached by the gateway', 'authorizerCallsPerRequest', 0],
  ['no batching window', 'batchingWindowSeconds', 0],
  ["Lambda's own lines logged too", 'platformLogBytes', 600],
];

/** What one other assumption makes of the total of a profile. */
export function changeTable(
  profile: Profile = 'express',
  rates: readonly number[] = shownRates,
  assumptions: Assumptions = defaultAssumptions,
): string {
  const row = (what: string, option: string, changed: Assumptions) => [
    what,
    option,
    ...rates.map((rate) => usd(totalOf(monthlyCost(profile, rate, changed)))),
  ];
  return markdownTable([
    [`USD a month, ${profile}`, 'option', ...rateHeads(rates)],
    row('as above', '', assumptions),
    ...changes.map(([what, name, value]) =>
      row(what, `\`--assume ${name}=${value}\``, { ...assumptions, [name]: value }),
    ),
  ]);
}

/** A table that reads well on a terminal too. */
function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const widths = head.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const isNumeric = (column: number) => rows.slice(1).every((row) => /^[\d,.]+$/.test(row[column] ?? ''));
  const cell = (text: string, column: number) =>
    isNumeric(column) ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
  const line = (row: readonly string[]) => `| ${row.map(cell).join(' | ')} |`;
  const rule = widths.map((width, column) => (isNumeric(column) ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [line(head), `| ${rule.join(' | ')} |`, ...rows.slice(1).map(line)].join('\n');
}
