import { parentPort, workerData } from 'node:worker_threads';
import { type Job, runJob } from '../../../ml/als/run-job.ts';
import { openWorkspace, type Workspace } from '../../../ml/als/workspace.ts';

/** Computes YᵀY as the real one does, and then fails. */
const context = openWorkspace(workerData as Workspace);

parentPort?.on('message', (job: Job) => {
  if (job.kind !== 'gram') throw new RangeError('no solution today');
  runJob(context, job);
  parentPort?.postMessage('done');
});
