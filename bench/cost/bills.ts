import { type AssumptionName, type Assumptions, defaultAssumptions } from '../../lib/cost/assumptions.ts';
import { shownRates } from '../../lib/cost/cost-table.ts';
import { type Profile, profiles } from '../../lib/cost/kafka-lines.ts';
import { monthlyCost, totalOf } from '../../lib/cost/monthly-cost.ts';
import { awsClickstream } from './published.ts';

export type Measured = Partial<Record<AssumptionName, number>>;
export type Comparison = { name: AssumptionName; assumed: number; measured: number; ratio: number };

const total = (profile: Profile, rate: number, assumptions: Assumptions) =>
  Math.round(totalOf(monthlyCost(profile, rate, assumptions)));

/** Each measured figure beside what lib/cost assumes. */
export function compareAssumptions(measured: Measured): Comparison[] {
  return (Object.entries(measured) as [AssumptionName, number][]).map(([name, value]) => {
    const assumed = defaultAssumptions[name];
    return { name, assumed, measured: value, ratio: Number((value / assumed).toFixed(2)) };
  });
}

/** The bill of each profile at the rates of docs/cost.md: as assumed, and with what was measured in place of it. */
export function bills(measured: Measured) {
  const assumptions = { ...defaultAssumptions, ...measured };
  return profiles.flatMap((profile) =>
    shownRates
      .filter((rate) => rate > 0)
      .map((rate) => ({
        ...{ profile, events_per_second: rate },
        assumed_usd: total(profile, rate, defaultAssumptions),
        measured_usd: total(profile, rate, assumptions),
      })),
  );
}

const DAYS_OF_DATA = 30;

/**
 * AWS's workload: as many requests a second with as many events each. Its figures hold a month of data and recommend nothing, so
 * that one bill of ours does so too; the other is what our document shows.
 */
export function billsAtAwsWorkload(measured: Measured) {
  const { requestsPerSecond, eventsPerRequest } = awsClickstream;
  const whole = { ...defaultAssumptions, ...measured, eventsPerRequest };
  const alike = {
    ...whole,
    ...{ openDays: DAYS_OF_DATA, retentionDays: DAYS_OF_DATA },
    ...{ viewsPerRecommendation: Number.POSITIVE_INFINITY, trainingRuns: 0 },
  };
  const rate = requestsPerSecond * eventsPerRequest;
  return profiles.map((profile) => ({
    ...{ profile, requests_per_second: requestsPerSecond, events_per_second: rate },
    month_of_data_without_recommendations_usd: total(profile, rate, alike),
    as_documented_usd: total(profile, rate, whole),
  }));
}
