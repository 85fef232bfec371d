import type { Rejection } from '../ways/observed-ingestion.ts';
import type { Way } from '../ways/way.ts';
import type { Tile } from './tiles.ts';

type Stop = () => void;
/** What a stream is made of. Each calls its listener until stopped. */
export type LiveSources = {
  tiles(listener: (tiles: readonly Tile[]) => void): Stop;
  ways(visitor: string, listener: (way: Way) => void): Stop;
  rejections(listener: (rejections: readonly TimedRejection[]) => void): Stop;
};
/** `at` is milliseconds since 1970. */
export type TimedRejection = Rejection & { at: number };

/** How long a browser waits before it comes back. */
const RETRY_MS = 1_000;
/** Messages that may wait for a slow browser; tiles beyond them are left out, since the next ones replace them. */
const MAX_WAITING = 8;
/** So that silence means that nobody is there, also while the database lets everybody wait. */
const PULSE_MS = 2_000;
/** A browser that takes nothing for this many messages is let go; it comes back for the present. */
const TOO_MANY_WAITING = 200;

/**
 * Server-sent events for one visitor: `tile` for each tile that is not as it was, `way` for each step of an event,
 * `rejections` with the newest ones, `now` with the server's time every two seconds. `onEnd` is called once.
 */
export function liveStream(visitor: string, sources: LiveSources, onEnd: Stop): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const stops = [onEnd];
  const stop = () => {
    for (const each of stops.splice(0)) each();
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const waiting = () => -(controller.desiredSize ?? 0);
      const send = (event: string, data: unknown) => {
        if (waiting() > TOO_MANY_WAITING) {
          stop();
          controller.error(new Error('the browser does not read'));
        } else controller.enqueue(encoder.encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`));
      };
      controller.enqueue(encoder.encode(`retry: ${RETRY_MS}\n\n`));
      const sent = new Map<string, string>();
      const sendTiles = (tiles: readonly Tile[]) => {
        if (waiting() > MAX_WAITING) return;
        for (const tile of tiles) {
          const json = JSON.stringify(tile);
          if (sent.get(tile.name) !== json) send('tile', tile);
          sent.set(tile.name, json);
        }
      };
      const pulse = setInterval(() => send('now', Date.now()), PULSE_MS);
      send('now', Date.now());
      stops.push(
        () => clearInterval(pulse),
        sources.tiles(sendTiles),
        sources.ways(visitor, (way) => send('way', way)),
        sources.rejections((rejections) => send('rejections', rejections)),
      );
    },
    cancel: stop,
  });
}
