import type { EventRecord } from './record.ts';
import { withoutPerson } from './without-person.ts';

/** Which consent an event lacks to be stored at all; undefined when it may be. Linking two ids is nothing but personal. */
export function missingConsent({ event: { type, consent } }: EventRecord): 'storage' | 'personalisation' | undefined {
  if (consent?.storage === false) return 'storage';
  return consent?.personalisation === false && type === 'identify' ? 'personalisation' : undefined;
}

/** The record as its sender allows it to be kept: without the flags, which have done their work, and without a person where that is denied. */
export function asConsented(stated: EventRecord): EventRecord {
  if (stated.event.consent === undefined) return stated;
  const { consent, ...event } = stated.event;
  const record: EventRecord = { stamp: stated.stamp, event };
  return consent.personalisation === false ? withoutPerson(record) : record;
}
