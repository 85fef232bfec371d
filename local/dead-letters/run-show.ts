import { objectIn, recordOf, wrongIn } from '../../lambdas/dead-letters/record-of-letter.ts';
import type { Letter } from '../../repositories/letter-repairs.repository.ts';
import { printable } from '../command-line/printable.ts';
import { expectOwner, type LettersOptions, letterOf, stateOf, withLetters } from './letters.ts';
import { redactDetail, redactPayload } from './redact.ts';

/** As many as tell the formats apart that other writers use. */
const FIRST_BYTES = 4;

/** Prints a letter: redacted, or whole for the owner. */
export async function runShow(id: string, options: LettersOptions & { reveal?: true | undefined }): Promise<number> {
  const isWhole = options.reveal === true;
  const letter = await withLetters(options, async (database) => {
    if (isWhole) await expectOwner(database);
    return letterOf(database, id);
  });
  const payload = isWhole ? wholeOf(letter.payload) : redactedOf(letter.payload);
  const fixed = letter.fixedPayload === undefined ? null : (isWhole ? wholeOf : redactedOf)(letter.fixedPayload);
  const { payload: _, fixedPayload: __, ...known } = letter;
  const detail = isWhole ? letter.detail : redactDetail(letter.detail);
  const shown = { ...known, state: stateOf(letter), detail, wrong: wrongOf(letter, isWhole), payload, fixed };
  console.log(printable(options.json ? JSON.stringify(shown) : textOf(shown)));
  return 0;
}

function redactedOf(payload: Buffer): unknown {
  const value = objectIn(payload);
  if (value !== undefined) return redactPayload(value);
  return `[no JSON object: ${payload.length} bytes, the first are ${payload.subarray(0, FIRST_BYTES).toString('hex') || 'none'}]`;
}

/** The value, which can be edited and given back; else the text, else base64. */
function wholeOf(payload: Buffer): unknown {
  const text = payload.toString('utf8');
  if (!Buffer.from(text).equals(payload)) return { base64: payload.toString('base64') };
  return objectIn(payload) ?? text;
}

/** What keeps it from being stored as it stands now; nothing when `replay` would try it. */
function wrongOf(letter: Letter, isWhole: boolean): string[] {
  const lines = wrongIn(recordOf(letter));
  return isWhole ? lines : lines.map(redactDetail);
}

type Shown = Omit<Letter, 'payload' | 'fixedPayload'> & {
  state: string;
  wrong: string[];
  payload: unknown;
  fixed: unknown;
};

function textOf(letter: Shown): string {
  const time = (at: Date | null) => at?.toISOString() ?? '–';
  const { id, state, topic, partition, offset, reason, detail, wrong, bytes, created_at, replayed_at } = letter;
  return [
    `dead letter ${id}, ${state}`,
    `read at      ${topic}, partition ${partition}, offset ${offset}; ${bytes} bytes`,
    `set aside    ${time(created_at)}`,
    `because      ${reason}: ${detail}`,
    ...(wrong.length === 0 ? [] : [`wrong now    ${wrong.join('\n             ')}`]),
    ...(replayed_at === null ? [] : [`replayed     ${time(replayed_at)}`]),
    'payload',
    json(letter.payload),
    ...(letter.fixed === null ? [] : [`fixed to     ${time(letter.fixed_at)}`, json(letter.fixed)]),
  ].join('\n');
}

/** Deeper than JSON can be written again, it is not shown. */
function json(value: unknown): string {
  try {
    return JSON.stringify(value, null, 2);
  } catch {
    return '[nested too deep]';
  }
}
