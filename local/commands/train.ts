import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { RankingMetrics } from '../../ml/training/ranking-metrics.ts';
import { type TrainingOutcome, trainModel } from '../../ml/training/train-model.ts';
import { BazaarError, messageOf } from '../../platform/errors.ts';
import { directUrl } from '../../repositories/connection-url.ts';
import { withSession } from '../../repositories/neon-database.ts';
import { openDatabase } from '../neon/open-database.ts';
import { ownerDatabaseUrl } from './database-url.ts';

/** `npm run train`: trains the recommender on the history and publishes the model unless it is worse than the one in place. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      'data-dir': { type: 'string', default: '.bazaar' },
      tune: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      threads: { type: 'string', default: String(availableParallelism()) },
      until: { type: 'string' },
    },
  });
  const options = {
    publish: true,
    tune: values.tune,
    seed: wholeNumber('seed', values.seed),
    threads: wholeNumber('threads', values.threads),
    until: values.until === undefined ? undefined : time(values.until),
    onProgress: (step: string, done: number, of: number) => console.error(`${step}: ${done} of ${of}`),
  };
  const url = await ownerDatabaseUrl(process.env, values['data-dir']);
  const opened = await openDatabase(url);
  try {
    console.log(summary(await withSession(directUrl(url), (session) => trainModel(session, options))));
  } finally {
    await opened.close();
  }
}

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new BazaarError('usage', `--${name} is '${text}'; allowed is a whole number`);
  return Number(text);
}

function time(text: string): Date {
  const date = new Date(text);
  if (Number.isNaN(date.getTime()))
    throw new BazaarError('usage', `--until is '${text}'; allowed is a time as 2026-01-31T12:00:00Z`);
  return date;
}

const MIB = 1024 * 1024;

function summary(outcome: TrainingOutcome): string {
  const { metrics, parameters } = outcome;
  const inPlace = metrics?.in_place ?? undefined;
  const lines = [
    `${outcome.modelVersion}: ${outcome.status}${outcome.detail === undefined ? '' : `, ${outcome.detail}`}`,
    `window   ${outcome.windowStart ?? 'nothing'} to ${outcome.windowEnd ?? 'nothing'}`,
    `read     ${outcome.events} touches by ${outcome.people} people of ${outcome.products} products`,
    `took     ${outcome.seconds.toFixed(1)} s, ${Math.round(outcome.peakMemoryBytes / MIB)} MB`,
    `learnt   ${JSON.stringify(parameters ?? null)}`,
    ...metricLine('this model', metrics?.model),
    ...metricLine('popularity', metrics?.popularity),
    ...metricLine('item-kNN', metrics?.item_knn),
    ...metricLine(inPlace?.is_recorded ? 'in place, as recorded' : 'in place', inPlace?.in_place),
    ...metricLine('  this model there', inPlace?.model),
    ...(outcome.leftBehind === undefined ? [] : [`left     rows that nobody needs: ${outcome.leftBehind}`]),
  ];
  return lines.join('\n');
}

function metricLine(name: string, metrics: RankingMetrics | undefined): string[] {
  if (metrics === undefined) return [];
  const shown = (value: number | null) => (value === null ? '-' : value.toFixed(4));
  const { hr_at_20, mrr_at_20, novel_hr_at_20, examples } = metrics;
  return [
    `${name.padEnd(24)} hr@20 ${shown(hr_at_20)}  mrr@20 ${shown(mrr_at_20)}  novel hr@20 ${shown(novel_hr_at_20)}  of ${examples}`,
  ];
}

await main().catch((error: unknown) => {
  console.error(messageOf(error));
  process.exitCode = 2;
});
