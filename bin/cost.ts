import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type AssumptionName, type Assumptions, defaultAssumptions, divisors } from '../lib/cost/assumptions.ts';
import { renewDocument } from '../lib/cost/cost-document.ts';
import { changeTable, costTable, lineTable, shownRates } from '../lib/cost/cost-table.ts';
import { type Profile, profiles } from '../lib/cost/kafka-lines.ts';
import { BazaarError, messageOf } from '../platform/errors.ts';

const USAGE = `usage: npm run cost -- [--events-per-second N] [--profile ${profiles.join('|')}] [--batch EVENTS]
       [--assume NAME=VALUE]… [--lines | --changes | --write]`;

/** `npm run cost`: what a month of the AWS deployment costs. `--write` brings the tables of docs/cost.md up to date. */
async function main(): Promise<void> {
  const values = parse(process.argv.slice(2));
  if (values.write) await writeDocument();
  else console.log(print(values));
}

type Values = ReturnType<typeof parse>;

function parse(args: string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  const options = {
    ...{ 'events-per-second': text, profile: text, batch: text },
    assume: { type: 'string', multiple: true, default: [] as string[] },
    ...{ lines: flag, changes: flag, write: flag },
  } as const;
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    throw new BazaarError('usage', USAGE, { cause: error });
  }
}

async function writeDocument(): Promise<void> {
  const file = new URL('../docs/cost.md', import.meta.url);
  await writeFile(file, renewDocument(await readFile(file, 'utf8')));
  console.error(`brought up to date: ${fileURLToPath(file)}`);
}

function print(values: Values): string {
  const chosen = values.profile === undefined ? profiles : [profileOf(values.profile)];
  const rate = values['events-per-second'];
  const rates = rate === undefined ? shownRates : [numberOf('--events-per-second', rate)];
  const assumptions = assumptionsOf(values.assume, values.batch);
  if (values.changes) return changeTable(chosen[0], rates, assumptions);
  if (!values.lines) return costTable(chosen, rates, assumptions);
  return chosen.flatMap((profile) => rates.map((at) => lineTable(profile, at, assumptions))).join('\n\n');
}

function profileOf(text: string): Profile {
  const profile = profiles.find((name) => name === text);
  if (profile !== undefined) return profile;
  throw new BazaarError('usage', `--profile is "${text}"; allowed: ${profiles.join(', ')}`);
}

/** `--batch N` is short for `--assume eventsPerRequest=N`. */
function assumptionsOf(given: readonly string[], batch: string | undefined): Assumptions {
  const assumptions: Record<AssumptionName, number> = { ...defaultAssumptions };
  for (const entry of batch === undefined ? given : [...given, `eventsPerRequest=${batch}`]) {
    const [name = '', value = ''] = entry.split('=', 2);
    if (!isAssumption(name)) {
      const known = Object.keys(defaultAssumptions).join(', ');
      throw new BazaarError('usage', `unknown assumption "${name}"; allowed: ${known}`);
    }
    assumptions[name] = numberOf(name, value, divisors.has(name));
  }
  return assumptions;
}

function isAssumption(name: string): name is AssumptionName {
  return Object.hasOwn(defaultAssumptions, name);
}

function numberOf(name: string, text: string, isDivisor = false): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && (isDivisor ? value > 0 : value >= 0)) return value;
  throw new BazaarError('usage', `${name} must be a number ${isDivisor ? 'above 0' : 'from 0 on'}: got "${text}"`);
}

await main().catch((error: unknown) => {
  console.error(messageOf(error));
  process.exitCode = 2;
});
