import { availableParallelism } from 'node:os';
import { askedModel } from '../../ml/evaluation/asked-model.ts';
import { type HistoryResult, type HistoryRun, runHistory } from '../../ml/evaluation/history-run.ts';
import { type ExperimentRun, replayExperiment } from '../../ml/evaluation/replayed-experiment.ts';
import { type TrainingOutcome, trainModel } from '../../ml/training/train-model.ts';
import { directUrl } from '../../repositories/connection-url.ts';
import type { Outcome } from '../../repositories/evaluation-people.repository.ts';
import type { VariantResult } from '../../repositories/experiments.repository.ts';
import { deleteModelRows } from '../../repositories/models.repository.ts';
import { type Session, withSession } from '../../repositories/neon-database.ts';
import type { Progress } from '../command-line/progress.ts';
import type { HistoryCommand } from './command.ts';
import { historyReport } from './history-report.ts';
import type { Report } from './report.ts';
import { withTwoSessions } from './sessions.ts';
import { createStopwatch } from './stopwatch.ts';

type Run = { command: HistoryCommand; progress: Progress; signal: AbortSignal };

/**
 * Trains on what a database held until a date, and compares what the production statement would then have said with what the
 * people did since. Changes nothing that is served: the model is not published, and its rows are removed; the run stays in
 * `model_runs`, an experiment in `experiment_exposures`.
 *
 * @param databaseUrl the owner's; the Neon driver of the process can reach it.
 */
export async function evaluateHistory(databaseUrl: string, run: Run): Promise<Report> {
  const url = directUrl(databaseUrl);
  const watch = createStopwatch();
  run.progress.say(`training on what happened until ${run.command.since.toISOString()}`);
  const outcome = await withSession(url, (session) => train(session, run));
  const modelVersion = askedModel(outcome);
  watch.lap('train');
  try {
    return await withTwoSessions(url, async (sessions) => {
      const purchases = await predict(sessions, 'purchases', modelVersion, run);
      const novel = await predict(sessions, 'novel', modelVersion, run);
      watch.lap('ask');
      const variants = await experiment(sessions, novel, modelVersion, run);
      watch.lap('experiment');
      return historyReport(run.command, outcome, { purchases, novel, variants }, watch.seconds());
    });
  } finally {
    await withSession(url, (session) => deleteModelRows(session, outcome.modelVersion));
  }
}

function train(session: Session, { command, progress, signal }: Run): Promise<TrainingOutcome> {
  const { since: until, tune, seed } = command;
  const threads = availableParallelism();
  return trainModel(session, { until, publish: false, tune, seed, threads, onProgress: progress.count, signal });
}

function predict(
  sessions: [Session, Session],
  outcome: Outcome,
  modelVersion: string,
  { command, progress, signal }: Run,
): Promise<HistoryResult> {
  const { since, seed, limit } = command;
  const onPerson: HistoryRun['onPerson'] = (done, of) => progress.count(`asking for ${outcome}`, done, of);
  return runHistory(sessions, outcome, { since, modelVersion, seed, limit, onPerson, signal });
}

async function experiment(
  sessions: [Session, Session],
  { people }: HistoryResult,
  modelVersion: string,
  { command, progress, signal }: Run,
): Promise<VariantResult[]> {
  if (command.experiment === undefined) return [];
  const { name, shares } = command.experiment;
  const onView: ExperimentRun['onView'] = (done, of) => progress.count('replaying views', done, of);
  return replayExperiment(sessions, people, {
    experiment: name,
    shares,
    since: command.since,
    modelVersion,
    onView,
    signal,
  });
}
