import { Argument, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { topicNames } from '../../events/topics.ts';
import type { Json } from '../../lambdas/dead-letters/merge-patch.ts';
import { deadLetterReasons } from '../../repositories/dead-letters.repository.ts';
import { letterStates } from '../../repositories/letter-repairs.repository.ts';
import { dataDirOption, existingFile, instant, jsonOption, wholeNumber } from '../command-line/options.ts';
import { group, taught } from '../command-line/teach.ts';
import { work } from '../command-line/work.ts';

const LISTED = 50;
const REPLAYED = 10_000;
const MAX_LETTERS = 100_000;

const topicOption = () => new Option('--topic <name>', 'only of this topic').choices(topicNames);
const reasonOption = () => new Option('--reason <name>', 'only set aside for this').choices(deadLetterReasons);
const sinceOption = () => new Option('--since <time>', 'only set aside from then on').argParser(instant);
const untilOption = () => new Option('--until <time>', 'only set aside before').argParser(instant);
const limitOption = (count: number) =>
  new Option('--limit <number>', 'at most so many').argParser(wholeNumber(1, MAX_LETTERS)).default(count);
const idArgument = () => new Argument('<id>', 'number of the letter, as `list` shows it').argParser(letterId);
const dryRunOption = () => new Option('--dry-run', 'change nothing, and say what would become of it');

const list = () =>
  taught('list', {
    summary: 'show which records wait, newest first',
    about: 'Prints one line for each dead letter that matches. What a message quotes of a record is left out.',
    examples: ['bazaar dead-letters list', 'bazaar dead-letters list --reason invalid_event --since 2026-01-31 --json'],
    exits: { 0: 'listed', 2: 'wrong usage, or no database' },
  })
    .addOption(topicOption())
    .addOption(reasonOption())
    .addOption(sinceOption())
    .addOption(untilOption())
    .addOption(new Option('--state <name>', 'which').choices(letterStates).default('waiting' as const))
    .addOption(limitOption(LISTED))
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (options) => {
      const { runList } = await import('../dead-letters/run-list.ts');
      await work(() => runList(options));
    });

const show = () =>
  taught('show', {
    summary: 'show one record and what is wrong with it',
    about:
      'Prints where the record was read, why it was set aside, its payload, and its fix. People, queries of addresses and what ' +
      'looks like a key are left out, unless the owner of the database asks with --reveal.',
    examples: ['bazaar dead-letters show 7', 'bazaar dead-letters show 7 --reveal --json'],
    exits: { 0: 'shown', 2: 'wrong usage, no such letter, no database, or --reveal without the right to' },
  })
    .addArgument(idArgument())
    .option('--reveal', "show it whole: personal data appears; needs the owner's DATABASE_URL")
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (id, options) => {
      const { runShow } = await import('../dead-letters/run-show.ts');
      await work(() => runShow(id, options));
    });

const fix = () =>
  taught('fix', {
    summary: 'put a corrected record beside the payload',
    about:
      'Changes the record, or the fix that it has already; the payload stays what it was. What the server stamped (source, ' +
      'trusted, times) stays too. Refused unless the result is an event that would be stored. `replay` stores it. In order: ' +
      '--file, --patch, --unset, --set.',
    examples: [
      'bazaar dead-letters fix 7 --set currency=EUR',
      'bazaar dead-letters fix 7 --set items.0.quantity:=2 --unset colour --dry-run',
      `bazaar dead-letters fix 7 --patch '{"context":null}'`,
      'bazaar dead-letters fix 7 --file event.json',
    ],
    exits: { 0: 'fixed', 2: 'wrong usage, no such letter, the result is no event, or no database' },
  })
    .addArgument(idArgument())
    .addOption(new Option('--set <path=value>', 'text with =, JSON with := (may be repeated)').argParser(assignment))
    .addOption(new Option('--unset <path>', 'take a field out (may be repeated)').argParser(another))
    .addOption(new Option('--patch <json>', 'JSON merge patch (RFC 7396)').argParser(json))
    .addOption(new Option('--file <file>', 'the whole event as a JSON object').argParser(existingFile))
    .addOption(dryRunOption())
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (id, options) => {
      const { runFix } = await import('../dead-letters/run-fix.ts');
      await work(() => runFix(id, options));
    });

const replay = () =>
  taught('replay', {
    summary: 'store the records that can be stored now',
    about:
      'Stores each record, or its fix, as the consumers do, and marks the letter in the same transaction: doing it twice changes ' +
      'nothing. Takes numbers, or filters, or --all that wait; what still needs a fix is named and stays.',
    examples: [
      'bazaar dead-letters replay 7',
      'bazaar dead-letters replay --reason invalid_event --dry-run',
      'bazaar dead-letters replay --all',
    ],
    exits: {
      0: 'all stored',
      1: 'some not: each is named with the reason',
      2: 'wrong usage, no database, or not finished',
    },
  })
    .addArgument(new Argument('[ids...]', 'numbers of letters').argParser(letterIdsOf))
    .option('--all', 'all that wait')
    .addOption(topicOption())
    .addOption(reasonOption())
    .addOption(sinceOption())
    .addOption(untilOption())
    .addOption(limitOption(REPLAYED))
    .addOption(dryRunOption())
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (ids, options, command) => {
      const { all, topic, reason, since, until } = options;
      const hasFilter = [topic, reason, since, until].some((value) => value !== undefined);
      if ([ids.length > 0, hasFilter, all === true].filter(Boolean).length !== 1)
        command.error('error: which? give numbers, or filters, or --all');
      const { runReplayLetters } = await import('../dead-letters/run-replay.ts');
      await work((signal) => runReplayLetters({ ...options, ids: ids.length > 0 ? ids : undefined }, signal));
    });

const dismiss = () =>
  taught('dismiss', {
    summary: 'say that a record will never be stored',
    about: 'The letter stays where it is, and counts no longer among those that wait: nothing is deleted.',
    examples: ['bazaar dead-letters dismiss 7', 'bazaar dead-letters dismiss 7 --undo'],
    exits: { 0: 'all dismissed', 1: 'some were not changed', 2: 'wrong usage, or no database' },
  })
    .addArgument(new Argument('<ids...>', 'numbers of letters').argParser(letterIdsOf))
    .option('--undo', 'let them wait again')
    .addOption(dataDirOption())
    .addOption(jsonOption())
    .action(async (ids, options) => {
      const { runDismiss } = await import('../dead-letters/run-dismiss.ts');
      await work(() => runDismiss(ids, options));
    });

/** `bazaar dead-letters …`. */
export const deadLettersCommand = () =>
  group(
    'dead-letters',
    {
      summary: 'look at records that could not be stored, mend and replay them',
      about:
        'Records that no retry can store are set aside, each once, and everything beside them is stored. Usually: list, show, ' +
        'fix, replay. On DATABASE_URL (of the role bazaar_repairer, or the owner), else on the system that runs.',
    },
    [list(), show(), fix(), replay(), dismiss()],
  );

function letterId(text: string): string {
  if (/^[1-9]\d{0,17}$/.test(text)) return text;
  throw new InvalidArgumentError('allowed: the number of a dead letter');
}

function letterIdsOf(text: string, before: string[] | undefined): string[] {
  return [...new Set([...(before ?? []), letterId(text)])];
}

function another(text: string, before: string[] | undefined): string[] {
  return [...(before ?? []), text];
}

type Assignments = (readonly [string[], Json])[];

function assignment(text: string, before: Assignments | undefined): Assignments {
  const [, path = '', isJson, value = ''] = /^([^=:]+)(:?)=(.*)$/s.exec(text) ?? [];
  if (path === '') throw new InvalidArgumentError('allowed: path=text, or path:=JSON, such as items.0.quantity:=2');
  return [...(before ?? []), [path.split('.'), isJson === ':' ? json(value) : value]];
}

function json(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new InvalidArgumentError(`this is not JSON: ${text}`);
  }
}
