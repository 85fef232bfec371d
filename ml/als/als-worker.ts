import { parentPort, workerData } from 'node:worker_threads';
import { type Job, runJob } from './run-job.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/** The entry of a thread of `worker-team.ts`: does its share of each job and answers when none is left. */
const context = openWorkspace(workerData as Workspace);

parentPort?.on('message', (job: Job) => {
  runJob(context, job);
  parentPort?.postMessage('done');
});
