import { createCatalogue } from './catalogue.ts';
import { createRandom } from './random.ts';
import { createShopper, type Shopper } from './shopper.ts';
import { type Step, visit } from './visit.ts';

export type CrowdOptions = {
  readonly seed: number;
  readonly users: number;
  /** Events a second over all shoppers together. */
  readonly rate: number;
  /** When the first event happens, in milliseconds since 1970. Part of the seed: another start, other ids. */
  readonly startMs: number;
};

/** An event of the contract with its time, in milliseconds since 1970. */
export type TimedEvent = { readonly atMs: number; readonly event: Step };

/** A shopper takes about this long from one step to the next. */
const SECONDS_BETWEEN_STEPS = 4;
/** Shop servers often report a purchase without the visitor's session. */
const CHANCE_SERVER_WITHOUT_SESSION = 0.3;

type Visit = { readonly shopper: Shopper; readonly sessionId: string; readonly steps: Iterator<Step, void> };

/**
 * An endless crowd: at each tick one of the visitors now in the shop takes the next step, and who leaves is followed by
 * another. The same options give the same events; nothing here reads a clock.
 */
export function* crowd({ seed, users, rate, startMs }: CrowdOptions): Generator<TimedEvent, never> {
  const random = createRandom(seed ^ (startMs % 2 ** 32));
  const catalogue = createCatalogue(random);
  const away = Array.from({ length: users }, (_, index) => createShopper(index + 1, catalogue.tastes, random));
  const inShop: Visit[] = [];
  const places = Math.min(users, Math.max(3, Math.round(rate * SECONDS_BETWEEN_STEPS)));
  for (let tick = 0; ; ) {
    while (inShop.length < places) inShop.push(arrive(away.splice(random.below(away.length), 1)[0] as Shopper));
    const seat = random.below(inShop.length);
    const current = inShop[seat] as Visit;
    const step = current.steps.next().value;
    if (step === undefined) {
      inShop.splice(seat, 1);
      away.push(current.shopper);
      continue;
    }
    const atMs = Math.floor(startMs + (tick++ / rate) * 1000);
    yield { atMs, event: { ...step, ...identityOf(current, step), ...stampOf(atMs) } };
  }

  function arrive(shopper: Shopper): Visit {
    return { shopper, sessionId: random.uuid(), steps: visit(shopper, catalogue, random) };
  }

  function stampOf(atMs: number) {
    return { event_id: timed(random.uuid(), atMs), occurred_at: new Date(atMs).toISOString() };
  }

  function identityOf({ shopper, sessionId }: Visit, step: Step) {
    const person = shopper.isKnown ? { user_id: shopper.userId } : { anonymous_id: shopper.anonymousId };
    const isFromServer = step.type === 'refund' || step.type === 'purchase';
    const hasSession = !isFromServer || (step.type === 'purchase' && !random.chance(CHANCE_SERVER_WITHOUT_SESSION));
    return { ...person, ...(hasSession ? { session_id: sessionId } : {}) };
  }
}

/** As UUIDv7 (RFC 9562, 5.7), which our client gives events: it begins with the time. */
function timed(uuid: string, atMs: number): string {
  const time = atMs.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${uuid.slice(15)}`;
}
