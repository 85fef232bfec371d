/** A child that does not end by itself after the parent's end is given this long. */
const LEAVE_MS = 3_000;

/** Loaded into every child process: the parent's end, however it came, is the child's, and an orderly one if it can be. */
process.once('disconnect', () => {
  setTimeout(() => process.exit(0), LEAVE_MS).unref();
  process.kill(process.pid, 'SIGTERM');
});
// To listen is not a reason to live: a child whose work is done ends.
process.channel?.unref();
