/** Says how far the work is, counts not more often than asked for. */
export type Progress = {
  say(message: string): void;
  count(label: string, done: number, of: number): void;
};

export function createProgress(write: (line: string) => void, everyMs: number): Progress {
  let saidAt = 0;
  return {
    say: write,
    count(label, done, of) {
      if (done < of && performance.now() - saidAt < everyMs) return;
      saidAt = performance.now();
      write(`${label}: ${done} of ${of}`);
    },
  };
}
