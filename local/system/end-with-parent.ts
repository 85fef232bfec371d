/** Loaded into every child process: the parent's end, however it came, is the child's. */
process.once('disconnect', () => process.exit(0));
