import { Command, CommanderError } from '@commander-js/extra-typings';
import { auditCommand } from '../commands/audit.ts';
import { deadLettersCommand } from '../commands/dead-letters.ts';
import { eraseCommand } from '../commands/erase.ts';
import { evaluateCommand } from '../commands/evaluate.ts';
import { exportUserCommand } from '../commands/export-user.ts';
import { migrateCommand } from '../commands/migrate.ts';
import { rebuildCommand } from '../commands/rebuild.ts';
import { replayCommand } from '../commands/replay.ts';
import { simulateCommand } from '../commands/simulate.ts';
import { startCommand } from '../commands/start.ts';
import { trainCommand } from '../commands/train.ts';
import type { AnyCommand } from './teach.ts';
import { EXIT } from './work.ts';

const ABOUT = [
  'Shop events in, live dashboards and recommendations out.',
  'Commands that need a database take DATABASE_URL, else that of the system that runs on the data folder (--data-dir). ' +
    'Those that send events take --url and --key (or BAZAAR_KEY), else the same system.',
].join('\n\n');

/** The whole command line. */
function program(): Command {
  const root = new Command('bazaar').description(ABOUT).addHelpCommand(helpCommand());
  for (const [heading, commands] of commandGroups())
    for (const command of commands) root.addCommand(command.helpGroup(heading));
  prepare(root, 'bazaar');
  return root;
}

function helpCommand(): Command {
  const help = new Command('help');
  help.argument('[command]').summary('show the help of a command').helpGroup('Operate:');
  return help;
}

function commandGroups(): [heading: string, commands: AnyCommand[]][] {
  return [
    ['Run and feed:', [startCommand(), simulateCommand(), replayCommand()]],
    ['Recommend:', [trainCommand(), evaluateCommand()]],
    ['Operate:', [auditCommand(), rebuildCommand(), deadLettersCommand(), migrateCommand()]],
    ["People's data:", [eraseCommand(), exportUserCommand()]],
  ];
}

/** A mistake is told in one or two lines that name the help of the command at which it happened. */
function prepare(command: AnyCommand, path: string): void {
  command.exitOverride().showHelpAfterError(`\`${path} --help\` says what is allowed`);
  for (const child of command.commands) prepare(child, `${path} ${child.name()}`);
}

/** Runs one command line (without the names of the program) and leaves the exit status in `process.exitCode`. */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  try {
    await program().parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help that was asked for is an answer; help because of a mistake is not.
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.notDone;
  }
}
