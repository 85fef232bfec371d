import type { ShopEvent } from './event.ts';
import type { EventRecord } from './record.ts';

/** The same event of nobody: it counts for its product and its order, and for no session, cart, history or recommendation. */
export function withoutPerson<E extends ShopEvent>({ stamp, event }: EventRecord<E>): EventRecord<E> {
  const { user_id: _user, anonymous_id: _anonymous, session_id: _session, context: _context, ...rest } = event;
  return { stamp: { ...stamp, is_nameless: true }, event: rest as EventRecord<E>['event'] };
}
