/** Tells a person how far long work is, beside its result. */
export type Progress = {
  /** A line that stays. */
  say(message: string): void;
  /** The state of the work: replaces the one before on a terminal, and is left out where too many come. */
  show(line: string): void;
  /** The same as a count. The last one is always shown. */
  count(label: string, done: number, of: number): void;
  /** Leaves the terminal clean for the result. */
  end(): void;
};

type Output = { write(text: string): unknown; isTTY?: boolean | undefined; columns?: number | undefined };

const TERMINAL_EVERY_MS = 200;
const LINES_EVERY_MS = 2_000;
/** Of a terminal that does not say. */
const DEFAULT_COLUMNS = 80;
const CLEAR_LINE = '\r\u001b[K';

/** On a terminal one line that is rewritten; into a pipe or a file a line every two seconds. */
export function createProgress(output: Output = process.stderr): Progress {
  const isTerminal = output.isTTY === true;
  const everyMs = isTerminal ? TERMINAL_EVERY_MS : LINES_EVERY_MS;
  let shownAt = Number.NEGATIVE_INFINITY;
  const end = () => {
    if (isTerminal) output.write(CLEAR_LINE);
  };
  const show = (line: string, isLast = false) => {
    if (!isLast && performance.now() - shownAt < everyMs) return;
    shownAt = performance.now();
    // A line that is broken by the terminal could not be rewritten.
    output.write(isTerminal ? `${CLEAR_LINE}${line.slice(0, (output.columns || DEFAULT_COLUMNS) - 1)}` : `${line}\n`);
  };
  return {
    end,
    show,
    say(message) {
      end();
      output.write(`${message}\n`);
    },
    count(label, done, of) {
      show(`${label}: ${done} of ${of}`, done >= of);
    },
  };
}
