import type { Ids } from './event-fields.ts';
import { randomId } from './event-id.ts';
import { type KeyValueStorage, readObject } from './key-value.ts';

const IDS = 'bazaarstream:ids';
const SEEN = 'bazaarstream:seen';
const IDENTIFIED = 'bazaarstream:identified';
const CONSENT = 'bazaarstream:consent';
/** Half an hour without an event ends a session, as in GA4 and Segment. */
const SESSION_IDLE_MS = 30 * 60_000;
const UUID = /^[\da-f-]{36}$/;

/** The person in front of this browser, in all its tabs: each answer is read anew. */
export type Visitor = {
  mayTrack(): boolean;
  /** True when there was somebody to forget. */
  setConsent(isGranted: boolean): boolean;
  /** Of an event that happens now: it keeps the session going, or begins one. Without consent new ones, kept nowhere. */
  ids(): Ids;
  /** The event by which this user was identified here; undefined for anybody else. */
  identifiedBy(userId: string): string | undefined;
  /** What `ids` gives from now on. Another user than before gets new ids. */
  identify(userId: string, eventId: string): void;
  /** Somebody else, or nobody: new ids. */
  reset(): void;
};

/** `consentByDefault` counts until `setConsent` says otherwise in this browser. `isBarred` (Do Not Track) counts always. */
export function createVisitor(storage: KeyValueStorage, consentByDefault: boolean, isBarred: () => boolean): Visitor {
  const mayTrack = () => (storage.get(CONSENT) ?? String(consentByDefault)) === 'true' && !isBarred();
  const keep = (ids: Ids) => {
    if (!mayTrack()) return;
    storage.set(IDS, JSON.stringify(ids));
    storage.set(SEEN, String(Date.now()));
  };
  const reset = () => void storage.delete(IDS);
  const ids = () => {
    const found = currentIds(storage);
    keep(found);
    return found;
  };
  return {
    mayTrack,
    setConsent(isGranted) {
      const isKnown = storage.get(IDS) !== undefined;
      storage.set(CONSENT, String(isGranted));
      if (!isGranted) for (const key of [IDS, SEEN, IDENTIFIED]) storage.delete(key);
      return isKnown;
    },
    ids,
    identifiedBy: (userId) => (ids().user_id === userId ? storage.get(IDENTIFIED) : undefined),
    identify(user_id, eventId) {
      if ((ids().user_id ?? user_id) !== user_id) reset();
      keep({ ...ids(), user_id });
      if (mayTrack()) storage.set(IDENTIFIED, eventId);
    },
    reset,
  };
}

/** What is stored as far as it is sound: anybody can write there. */
function currentIds(storage: KeyValueStorage): Ids {
  const { anonymous_id, session_id, user_id } = readObject(storage, IDS);
  const isVisiting = Date.now() - Number(storage.get(SEEN)) < SESSION_IDLE_MS;
  if (!isUuid(anonymous_id)) return { anonymous_id: randomId(), session_id: randomId() };
  return {
    anonymous_id,
    session_id: isVisiting && isUuid(session_id) ? session_id : randomId(),
    ...(user_id === undefined ? {} : { user_id: String(user_id) }),
  };
}

function isUuid(value: unknown): value is string {
  return UUID.test(String(value));
}
