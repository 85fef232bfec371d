import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultAssumptions } from '../../../lib/cost/assumptions.ts';
import { renewDocument } from '../../../lib/cost/cost-document.ts';
import type { CostLine, Part } from '../../../lib/cost/cost-line.ts';
import { profiles } from '../../../lib/cost/kafka-lines.ts';
import { monthlyCost, totalOf } from '../../../lib/cost/monthly-cost.ts';
import { type Price, prices } from '../../../lib/cost/prices.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const document = readFileSync(join(ROOT, 'docs/cost.md'), 'utf8');
const run = (...args: string[]) => promisify(execFile)(process.execPath, [join(ROOT, 'bin/cost.ts'), ...args]);
const assuming = (changes: Partial<Record<keyof typeof defaultAssumptions, number>>) => ({
  ...defaultAssumptions,
  ...changes,
});
const partOf = (lines: readonly CostLine[], part: Part) => totalOf(lines.filter((line) => line.part === part));
const largest = (lines: readonly CostLine[]) => [...lines].sort((a, b) => b.usd - a.usd)[0]?.item;

/** Works out `3 brokers × 730 h × $0.408 per broker-hour`, as a reader would. */
function workOut(arithmetic: string): number {
  return arithmetic
    .replaceAll(',', '')
    .split(' × ')
    .reduce((product, term) => {
      const [, usd, per] = /^\$([\d.]+) per ([\d]+ )?/.exec(term) ?? [];
      return product * (usd === undefined ? Number.parseFloat(term) : Number(usd) / Number(per ?? 1));
    }, 1);
}

describe('docs/cost.md', () => {
  test('has the tables that the script prints', async () => {
    expect(document).toContain((await run()).stdout);
    expect(document).toContain((await run('--changes', '--profile', 'express')).stdout);
    expect(document).toContain((await run('--lines', '--profile', 'express', '--events-per-second', '100')).stdout);
    expect(renewDocument(document)).toBe(document);
  });

  test('says in words what the figures say', () => {
    const lines = monthlyCost('express', 1_000);
    const alone = totalOf(monthlyCost('express', 1_000, assuming({ eventsPerRequest: 1 })));
    expect(document).toContain(`save ${Math.round(100 * (1 - totalOf(lines) / alone))} % of the bill`);
    const usdPerTerabyte = (prices.neonStorage.usd / prices.neonStorage.per) * 1e12;
    const stored = totalOf(lines.filter(({ item }) => /^(raw|purchases)/.test(item))) / usdPerTerabyte;
    expect(document).toContain(`400 days are ${Math.round(stored)} TB`);
    expect(partOf(lines, 'Neon') / totalOf(lines)).toBeCloseTo(0.75, 1);
  });

  test('calls each price unverified that no text was seen for, and dates the others', () => {
    for (const [name, { seen }] of Object.entries<Price>(prices)) {
      if (seen === 'unverified') expect(document).toMatch(new RegExp(`\`${name}\`.*\\*\\*unverified`));
      else expect(document).toMatch(new RegExp(`\`${name}\`.* of ${seen.on}$`, 'm'));
    }
  });
});

test("each line's arithmetic comes to its amount", () => {
  const bills = profiles.flatMap((profile) =>
    [0, 0.4, 10, 137, 1_000, 5_000].flatMap((rate) => [
      ...monthlyCost(profile, rate),
      ...monthlyCost(profile, rate, assuming({ eventsPerRequest: 500, batchingWindowSeconds: 0 })),
    ]),
  );
  for (const { item, arithmetic, usd } of bills)
    expect(Math.abs(workOut(arithmetic) - usd), `${item}: ${arithmetic}`).toBeLessThanOrEqual(0.005 + usd * 1e-5);
});

test('no part of the bill falls when traffic grows', () => {
  const rate = fc.double({ min: 0, max: 20_000, noNaN: true });
  const property = fc.property(
    fc.constantFrom(...profiles),
    fc.tuple(rate, rate),
    fc.constantFrom(0, 0.5, 5),
    (profile, rates, batchingWindowSeconds) => {
      const [less = [], more = []] = rates
        .sort((a, b) => a - b)
        .map((events) => monthlyCost(profile, events, assuming({ batchingWindowSeconds })));
      less.forEach((line, index) => {
        expect(more[index]?.item).toBe(line.item);
        expect(more[index]?.usd, line.item).toBeGreaterThanOrEqual(line.usd * (1 - 1e-9));
      });
    },
  );
  fc.assert(property, { numRuns: 300 });
});

test('brokers are the largest item of express up to 10 events a second, rows in Neon at 1,000', () => {
  expect(largest(monthlyCost('express', 0))).toBe('brokers');
  expect(largest(monthlyCost('express', 10))).toBe('brokers');
  expect(largest(monthlyCost('express', 1_000))).toBe('raw views and cart events');
});

test('without an event the bill is three brokers, one poller unit, an idle database and what watches them', () => {
  const lines = monthlyCost('express', 0);
  expect(partOf(lines, 'Kafka')).toBeCloseTo(3 * 730 * 0.408, 2);
  expect(partOf(lines, 'pollers')).toBeCloseTo(730 * 0.185, 2);
  expect(partOf(lines, 'Neon')).toBeCloseTo(0.25 * 730 * 0.106, 2);
  expect(partOf(lines, 'API') + partOf(lines, 'traffic')).toBe(0);
  expect(partOf(lines, 'monitoring') + partOf(lines, 'small services')).toBeLessThan(30);
});

test('an existing cluster saves what the brokers cost and nothing else', () => {
  const withoutKafka = monthlyCost('express', 100).filter(({ part }) => part !== 'Kafka');
  expect(monthlyCost('existing', 100)).toEqual(withoutKafka);
});

test('volumes of standard brokers hold a week of all three copies with room to spare', () => {
  const [line] = monthlyCost('standard', 1_000).filter(({ item }) => item === 'volumes');
  const gigabytes = (line?.usd ?? 0) / prices.standardStorage.usd;
  const weekOfCopies = (1_000 * 7 * 86_400 * defaultAssumptions.recordBytes * 3) / 1e9;
  expect(gigabytes * defaultAssumptions.volumeFill).toBeGreaterThanOrEqual(weekOfCopies);
});

test('larger requests cost less until the gateway meters them twice', () => {
  const totals = [1, 2, 10, 100, 500].map((eventsPerRequest) =>
    totalOf(monthlyCost('express', 100, assuming({ eventsPerRequest }))),
  );
  expect(totals).toEqual([...totals].sort((a, b) => b - a));
  const api = (eventBytes: number) =>
    partOf(monthlyCost('express', 100, assuming({ eventsPerRequest: 500, eventBytes, viewShare: 0 })), 'API');
  expect(api(1_100) / api(1_000)).toBeCloseTo(2, 9);
});

test('more pollers than a unit takes are a second unit', () => {
  const pollers = (pollersPerTopic: number) =>
    partOf(monthlyCost('express', 1, assuming({ pollersPerTopic })), 'pollers');
  expect(pollers(4)).toBe(2 * pollers(3));
});

describe('npm run cost', () => {
  test('prints one profile at one rate, under another assumption', async () => {
    const { stdout } = await run('--profile', 'existing', '--events-per-second', '50', '--batch', '1', '--lines');
    expect(stdout).toContain('existing, 50 events/s');
    expect(stdout).toContain('50 requests/s × 2,628,000 s × 0.01 s');
  });

  test.each([
    [['--profile', 'cheap'], 'allowed: express, standard, existing'],
    [['--events-per-second', 'ten'], 'must be a number from 0 on: got "ten"'],
    [['--batch', '0'], 'must be a number above 0: got "0"'],
    [['--assume', 'retention=1'], 'retentionDays'],
    [['--month', '3'], 'usage: npm run cost'],
  ])('refuses %j and says what is allowed', async (args, message) => {
    const refused = run(...args).then(
      () => undefined,
      (error: { code: number; stderr: string }) => error,
    );
    expect(await refused).toMatchObject({ code: 2, stderr: expect.stringContaining(message) });
  });
});
