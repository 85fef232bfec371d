import type { Assumptions } from './assumptions.ts';
import { type CostLine, costLine, type Factor, MONTH, SECONDS_PER_MONTH } from './cost-line.ts';
import { HTTP_API_FIRST_TIER, HTTP_API_METERED_BYTES, prices } from './prices.ts';
import { type Traffic, trainedEvents } from './traffic.ts';

/** Requests as API Gateway meters them, in two tiers. */
export function apiLines(traffic: Traffic, { eventsPerRequest, eventBytes }: Assumptions): CostLine[] {
  const metersPerPost = Math.ceil((eventsPerRequest * eventBytes) / HTTP_API_METERED_BYTES);
  const requests = (traffic.posts * metersPerPost + traffic.recommendations) * SECONDS_PER_MONTH;
  const first = Math.min(requests, HTTP_API_FIRST_TIER);
  return [
    costLine('API', 'requests up to 300 million', [[first, 'requests']], prices.httpApiFirst),
    costLine('API', 'requests beyond', [[requests - first, 'requests']], prices.httpApiBeyond),
  ];
}

/** Lambda: what each function runs for, and all invocations. */
export function functionLines(traffic: Traffic, assumptions: Assumptions): CostLine[] {
  const a = assumptions;
  const asked = traffic.requests * a.authorizerCallsPerRequest;
  return [
    costLine('functions', 'invocations', [[invocations(traffic, a), 'invocations/s'], MONTH], prices.lambdaRequests),
    running('ingestion, for each request', [traffic.posts, 'requests/s'], a.postMs, a.ingestionMemoryGb),
    running('ingestion, for each event', [traffic.events, 'events/s'], a.postMsPerEvent, a.ingestionMemoryGb),
    running('authorizer', [asked, 'invocations/s'], a.authorizeMs, a.authorizerMemoryGb),
    running('recommend', [traffic.recommendations, 'requests/s'], a.recommendMs, a.recommendMemoryGb),
    running('consumers, for each batch', [traffic.batches, 'batches/s'], a.batchMs, a.consumerMemoryGb),
    running('consumers, for each event', [traffic.events, 'events/s'], a.batchMsPerEvent, a.consumerMemoryGb),
    training(traffic, a),
  ];
}

function training(traffic: Traffic, a: Assumptions): CostLine {
  const factors: Factor[] = [
    [a.trainingRuns, 'runs'],
    [trainedEvents(traffic, a), 'events'],
    [a.trainingMsPerEvent / 1000, 's'],
    [a.trainingMemoryGb, 'GB'],
  ];
  return costLine('functions', 'training', factors, prices.lambdaDuration);
}

/** Invocations a second of all functions that answer or consume. */
export function invocations(traffic: Traffic, { authorizerCallsPerRequest }: Assumptions): number {
  return traffic.requests * (1 + authorizerCallsPerRequest) + traffic.batches;
}

function running(item: string, rate: Factor, milliseconds: number, memoryGb: number): CostLine {
  const factors: Factor[] = [rate, MONTH, [milliseconds / 1000, 's'], [memoryGb, 'GB']];
  return costLine('functions', item, factors, prices.lambdaDuration);
}
