import { withDatabaseUrl } from '../command-line/database.ts';
import { createProgress } from '../command-line/progress.ts';
import { type EvaluateOptions, toEvaluateCommand } from './command.ts';
import { evaluateFiles } from './evaluate-files.ts';
import { evaluateHistory } from './evaluate-history.ts';
import { jsonOf, tableOf } from './report.ts';

/** Evaluates the recommender and prints what it found. */
export async function runEvaluation(options: EvaluateOptions, signal: AbortSignal): Promise<number> {
  const command = toEvaluateCommand(options);
  const progress = createProgress();
  try {
    const report =
      command.kind === 'files'
        ? await evaluateFiles(command, progress, signal)
        : await withDatabaseUrl(command.dataDir, (url) => evaluateHistory(url, { command, progress, signal }));
    progress.end();
    // Who asks for JSON to keep it may still want to read the table.
    if (command.json) console.error(tableOf(report));
    console.log(command.json ? jsonOf(report) : tableOf(report));
    return 0;
  } finally {
    progress.end();
  }
}
