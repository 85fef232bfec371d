import { parentPort } from 'node:worker_threads';

/** Ends as it is given work, as a thread does that runs out of memory. */
parentPort?.on('message', () => process.exit(3));
