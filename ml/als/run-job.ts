import { type GramJob, sumGramBlock } from './gram-matrix.ts';
import { type NeighbourJob, rankNeighbours } from './rank-neighbours.ts';
import { type SolveJob, solveRows } from './solve-rows.ts';
import { FLOAT_BYTES, type WorkContext } from './workspace.ts';

/** Work on shared memory in `chunks` parts that may be done in any order, by any thread. */
export type Job = GramJob | SolveJob | NeighbourJob;

/** Takes parts that nobody has taken until there are none, or until the clock says so. True when none are left. */
export function runJob(context: WorkContext, job: Job, untilMs = Number.POSITIVE_INFINITY): boolean {
  while (performance.now() < untilMs) {
    const chunk = Atomics.add(context.words, context.counterAt / FLOAT_BYTES, 1);
    if (chunk >= job.chunks) return true;
    runChunk(context, job, chunk);
  }
  return false;
}

function runChunk(context: WorkContext, job: Job, chunk: number): void {
  if (job.kind === 'gram') sumGramBlock(context, job, chunk);
  else if (job.kind === 'solve') solveRows(context, job, chunk);
  else rankNeighbours(context, job, chunk);
}
