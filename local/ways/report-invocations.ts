import type { Invocation, InvocationObserver } from '../trigger/observe.ts';
import type { SourceRecord } from '../trigger/source.ts';
import type { Channel, InvocationReport } from './channel.ts';

/** Who begins to watch hears of the last invocations, as far as they are not older. */
const MAX_RECENT = 16;
const RECENT_MS = 10_000;

/** Tells the channel of each invocation, for as long as somebody on it watches; else it only keeps the last ones. */
export function reportInvocations(channel: Channel): InvocationObserver {
  let watchedUntilMs = 0;
  let recent: Invocation[] = [];
  const isWatched = () => Date.now() <= watchedUntilMs;
  channel.listen((message) => {
    if (message.kind !== 'watch') return;
    const untold = isWatched() ? [] : recent.filter(({ endedMs }) => Date.now() - endedMs < RECENT_MS);
    watchedUntilMs = message.untilMs;
    recent = [];
    for (const invocation of untold) channel.send(reportOf(invocation));
  });
  return function report(invocation) {
    if (isWatched()) channel.send(reportOf(invocation));
    else recent = [...recent, invocation].slice(-MAX_RECENT);
  };
}

function reportOf({ records, ...invocation }: Invocation): InvocationReport {
  return { kind: 'invocation', ...invocation, size: records.length, places: records.flatMap(placeOf) };
}

/** What is no event has no place: it becomes a dead letter, which the database tells of. */
function placeOf({ topic, partition, offset, value }: SourceRecord) {
  try {
    const { event_id } = JSON.parse(value?.toString() ?? '');
    return typeof event_id === 'string' ? [{ event_id, topic, partition, offset }] : [];
  } catch {
    return [];
  }
}
