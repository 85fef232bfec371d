import { type Assumptions, defaultAssumptions } from './assumptions.ts';
import type { CostLine } from './cost-line.ts';
import { apiLines, functionLines } from './function-lines.ts';
import { kafkaLines, type Profile, pollerLines } from './kafka-lines.ts';
import { monitoringLines, smallLines } from './monitoring-lines.ts';
import { neonLines, trafficLines } from './neon-lines.ts';
import { trafficOf } from './traffic.ts';

/**
 * What a month of the deployment costs, line by line, in US dollars.
 *
 * @param eventsPerSecond a steady rate, day and night; 0 for a shop that nobody visits.
 */
export function monthlyCost(
  profile: Profile,
  eventsPerSecond: number,
  assumptions: Assumptions = defaultAssumptions,
): CostLine[] {
  const traffic = trafficOf(eventsPerSecond, assumptions);
  return [
    ...kafkaLines(profile, traffic, assumptions),
    ...pollerLines(traffic, assumptions),
    ...apiLines(traffic, assumptions),
    ...functionLines(traffic, assumptions),
    ...monitoringLines(traffic, assumptions),
    ...smallLines(assumptions),
    ...trafficLines(traffic, assumptions),
    ...neonLines(traffic, assumptions),
  ];
}

/** The sum of lines, in US dollars. */
export function totalOf(lines: readonly CostLine[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0);
}
