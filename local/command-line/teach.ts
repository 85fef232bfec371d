import { Command } from '@commander-js/extra-typings';

type Lesson = {
  /** One line for the list of commands. */
  summary: string;
  /** What it does, in a few sentences. */
  about: string;
  /** Lines that work as they are written. */
  examples: readonly string[];
  /** What each exit status beside 130 (interrupted) means. */
  exits: Readonly<Record<number, string>>;
};

/** A command whose `--help` says what it does, how it is written, and how it ends. */
export function taught(name: string, { summary, about, examples, exits }: Lesson): Command {
  const statuses = Object.entries({ ...exits, 130: 'interrupted' });
  const epilogue = [
    'Examples:',
    ...examples.map((example) => `  $ ${example}`),
    '',
    'Exit status:',
    ...statuses.map(([status, meaning]) => `  ${status.padEnd(4)} ${meaning}`),
  ];
  return new Command(name)
    .summary(summary)
    .description(about)
    .addHelpText('after', `\n${epilogue.join('\n')}`);
}

/** A command that has commands of its own. */
export function group(
  name: string,
  lesson: Pick<Lesson, 'summary' | 'about'>,
  commands: readonly AnyCommand[],
): Command {
  const parent = new Command(name).summary(lesson.summary).description(lesson.about);
  for (const command of commands) parent.addCommand(command);
  return parent;
}

/** Commands of any arguments and options. */
export type AnyCommand = Parameters<Command['addCommand']>[0];
