import { availableParallelism } from 'node:os';
import { type Baseline, itemKnn, popularity } from '../../ml/evaluation/baselines.ts';
import { createNextProductTally, type NextProduct } from '../../ml/evaluation/next-product.ts';
import { isLagged, LAGS, type NextProductRun, runNextProduct } from '../../ml/evaluation/next-product-run.ts';
import { countSessions, type SessionHistory } from '../../ml/evaluation/session-history.ts';
import { type TrainingOutcome, trainModel } from '../../ml/training/train-model.ts';
import { type Session, withSession } from '../../repositories/neon-database.ts';
import type { Progress } from '../command-line/progress.ts';
import type { FilesCommand } from './command.ts';
import { filesReport } from './files-report.ts';
import { endOfHistory, loadHistory, visitorId } from './load-history.ts';
import { latencyMetrics, type Metrics, type Report, withPrefix } from './report.ts';
import { withScratchDatabase } from './scratch-database.ts';
import { readTestFile, readTrainFile } from './session-files.ts';
import { withTwoSessions } from './sessions.ts';
import { createStopwatch } from './stopwatch.ts';

type Run = {
  command: FilesCommand;
  history: SessionHistory;
  rows: NextProduct[];
  progress: Progress;
  signal: AbortSignal;
};

/**
 * Trains on one file in a database of its own and asks the production statement the questions of another, beside baselines.
 * Throws `usage` for a file that is not what it should be.
 */
export async function evaluateFiles(command: FilesCommand, progress: Progress, signal: AbortSignal): Promise<Report> {
  const watch = createStopwatch();
  const history = await readTrainFile(command.train);
  const rows = await readTestFile(command.test, command.limit, command.seed);
  progress.say(
    `${countSessions(history)} sessions, ${history.clicks.length} clicks, ${history.products.length} products`,
  );
  const run = { command, history, rows, progress, signal };
  const baselines = {
    ...againstBaseline('popularity', popularity(history), run),
    ...againstBaseline('item_knn', itemKnn(history), run),
  };
  watch.lap('read_and_baselines');
  const { outcome, metrics } = await withScratchDatabase(signal, async (url) => {
    const end = endOfHistory(Date.now());
    await withSession(url, (session) => load(session, end, run));
    watch.lap('load');
    const trained = await withSession(url, (session) => train(session, run));
    watch.lap('train');
    const asked = await withTwoSessions(url, (sessions) => ask(sessions, end, run));
    watch.lap('ask');
    return { outcome: trained, metrics: asked };
  });
  return filesReport({
    command,
    history,
    rows,
    outcome,
    metrics: { ...metrics, ...baselines },
    seconds: watch.seconds(),
  });
}

function againstBaseline(name: string, baseline: Baseline, { history, rows }: Run): Metrics {
  const tally = createNextProductTally(rows, history.indexOf);
  for (const [index, { prefix }] of rows.entries()) tally.add(index, baseline(prefix));
  return withPrefix(`${name}_`, tally.metrics());
}

async function load(session: Session, end: Date, { history, progress, signal }: Run): Promise<void> {
  const onProgress = (clicks: number) => progress.count('loading clicks', clicks, history.clicks.length);
  await loadHistory(session, history, end, { onProgress, signal });
}

async function train(session: Session, { command, progress, signal }: Run): Promise<TrainingOutcome> {
  progress.say('training');
  const { tune, seed } = command;
  return trainModel(session, {
    publish: true,
    tune,
    seed,
    threads: availableParallelism(),
    onProgress: progress.count,
    signal,
  });
}

async function ask(sessions: readonly Session[], end: Date, run: Run): Promise<Metrics> {
  const over = (rows: readonly NextProduct[], label: string): NextProductRun => ({
    rows,
    catalogue: run.history.indexOf,
    visitOf: (index, products) => ({ anonymousId: visitorId('question', index), products, endedAt: end }),
    onRow: (done) => run.progress.count(label, done, rows.length),
    signal: run.signal,
  });
  const { metrics, answerMs } = await runNextProduct(sessions, over(run.rows, 'asking'));
  const found = { ...withPrefix('', metrics), ...latencyMetrics('', answerMs) };
  const lagged = run.rows.filter(isLagged);
  for (const lag of run.command.lag ? LAGS : []) {
    const behind = await runNextProduct(sessions, over(lagged, `asking ${lag} events behind`), lag);
    Object.assign(found, withPrefix(`lag_${lag}_`, behind.metrics));
  }
  return found;
}
