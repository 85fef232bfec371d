import { BazaarError, messageOf } from '../../platform/errors.ts';
import { type FilesCommand, type HistoryCommand, readEvaluateCommand } from '../evaluation/command.ts';
import { evaluateFiles } from '../evaluation/evaluate-files.ts';
import { evaluateHistory } from '../evaluation/evaluate-history.ts';
import { createProgress } from '../evaluation/progress.ts';
import { jsonOf, type Report, tableOf } from '../evaluation/report.ts';
import { openDatabase } from '../neon/open-database.ts';
import { ownerDatabaseUrl } from './database-url.ts';

/** `npm run evaluate`: exit status 0 evaluated, 2 wrong usage, wrong file or not finished, 130 interrupted. */
const INTERRUPTED = 130;

const COUNT_EVERY_MS = 2_000;

const progress = createProgress((line) => console.error(line), COUNT_EVERY_MS);
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => stop.abort(new BazaarError('usage', 'interrupted')));

async function evaluate(command: FilesCommand | HistoryCommand): Promise<Report> {
  if (command.kind === 'files') return evaluateFiles(command, progress, stop.signal);
  const url = await ownerDatabaseUrl(process.env, command.dataDir);
  const opened = await openDatabase(url);
  try {
    return await evaluateHistory(url, { command, progress, signal: stop.signal });
  } finally {
    await opened.close();
  }
}

async function main(): Promise<void> {
  const command = readEvaluateCommand(process.argv.slice(2));
  const report = await evaluate(command);
  console.log(tableOf(report));
  if (command.json) console.log(jsonOf(report));
}

try {
  await main();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = stop.signal.aborted ? INTERRUPTED : 2;
}
// Workers and sessions that an interruption left behind end with the process.
if (stop.signal.aborted) process.exit();
