import type { Delivery } from './delivery.ts';
import type { Moment } from './event-id.ts';

/** Gives an event its id, time and visitor, hands it on, and says its id. */
export type RecordEvent = (type: string, fields: object, moment?: Moment) => string;

/** `known` is what is known of an event beside what is said: whose it is, and where it happens. */
export function createRecorder(
  delivery: Delivery,
  mayTrack: () => boolean,
  nextMoment: () => Moment,
  known: (type: string, fields: object) => object,
): RecordEvent {
  return (type, fields, moment = nextMoment()) => {
    const { event_id: id } = moment;
    if (mayTrack()) {
      const event = { ...known(type, fields), ...fields, type, ...moment };
      try {
        delivery.add({ id, json: JSON.stringify(event) });
      } catch {
        // A circle, or a bigint.
        delivery.drop(id, 'not_json', 'is no JSON');
      }
    } else delivery.drop(id, 'no_consent', 'no consent');
    return id;
  };
}
