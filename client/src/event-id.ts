/** When something happened, with the id that it gets from this time on. */
export type Moment = { event_id: string; occurred_at: string };

/** One step is a microsecond, as much as `occurred_at` can hold below a millisecond. */
const MAX_STEP = 999;

/**
 * Gives each event its id and its time. Events of the same millisecond get later microseconds, so that their order is
 * kept: a line taken out of the cart and put back at once must not be sorted the other way round. Ids are UUIDv7 with
 * these microseconds behind the time (RFC 9562, 6.2, method 3), so that their order is the order of time.
 */
export function createClock(): () => Moment {
  let lastMs = 0;
  let step = 0;
  return () => {
    const ms = Date.now();
    step = ms === lastMs ? Math.min(step + 1, MAX_STEP) : 0;
    lastMs = ms;
    const micros = step === 0 ? '' : String(step).padStart(3, '0');
    const occurred_at = `${new Date(ms).toISOString().slice(0, -1)}${micros}Z`;
    return { event_id: uuid(7, hex(ms, 12) + hex(step, 3)), occurred_at };
  };
}

/** A random UUID (version 4). `crypto.randomUUID` is missing on pages that came over plain HTTP. */
export const randomId = () => uuid(4, '');

/** `head` is put before the random digits; at most 15 hexadecimal ones. */
function uuid(version: number, head: string): string {
  const random = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => hex(byte, 2));
  return (head + random.join('')).replace(/(.{8})(.{4})(.{3})(.{3})(.{12}).*/, `$1-$2-${version}$3-a$4-$5`);
}

const hex = (value: number, length: number) => value.toString(16).padStart(length, '0');
