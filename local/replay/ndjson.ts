import { uuidV5 } from '../../platform/uuid-v5.ts';
import { REPLAY_NAMESPACE } from './replay-namespace.ts';
import type { FileContext, Format, Row } from './row.ts';
import type { Line } from './source-file.ts';

/**
 * Our own events, one JSON object a line. A line without `event_id` gets one from file and line; a line that also lacks
 * `occurred_at` gets the time at which this file was first replayed to this system, so that a second replay repeats it.
 */
export const ndjson: Format = { firstLine: 1, toRow };

function toRow({ line, text }: Line, file: FileContext): Row {
  if (text.trim() === '') return { line, skip: 'blank' };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { line, bad: 'line is not json' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { line, bad: 'line is not a json object' };
  if ('event_id' in value) return { line, event: value };
  const identity = {
    event_id: uuidV5(REPLAY_NAMESPACE, `${file.digest}:${line}`),
    occurred_at: 'occurred_at' in value ? value.occurred_at : file.firstReplayedAt,
  };
  return { line, event: { ...value, ...identity } };
}
