import { firstOf, idOf, isObject, type Loose, objectOf, withoutUndefined } from './loose.ts';
import { orderOf, productOf, productsOf, refundedAmount } from './segment-properties.ts';
import { segmentTimes } from './segment-time.ts';
import { type EntryFrame, productDraft, purchaseDraft, refundDraft } from './shop-events.ts';
import { sharedFields, surroundingId } from './shop-fields.ts';
import { createContentIds, idFromName } from './stable-id.ts';
import type { Note, Translation } from './translation.ts';

/** What a batch of Segment's shape says of all its messages. */
export type SegmentBatch = { batch: readonly unknown[]; context?: unknown; sentAt?: unknown };

/** The calls that Segment's protocol has; those that are not `track` say at most who somebody is. */
const CALLS = ['track', 'identify', 'alias', 'page', 'screen', 'group'];
type Meaning =
  | 'product_view'
  | 'add_to_cart'
  | 'remove_from_cart'
  | 'begin_checkout'
  | 'purchase'
  | 'refund'
  | 'cancel';

/**
 * What the names of Segment's e-commerce specification mean, without case and separators. Of each there is an older
 * form with the verb in front (`Viewed Product`), which clients in the field still send.
 */
const meanings = new Map<string, Meaning>(
  (
    [
      [['product', 'viewed'], 'product_view'],
      [['product', 'added'], 'add_to_cart'],
      [['product', 'removed'], 'remove_from_cart'],
      [['checkout', 'started'], 'begin_checkout'],
      [['order', 'started'], 'begin_checkout'],
      [['order', 'completed'], 'purchase'],
      [['order', 'refunded'], 'refund'],
      [['order', 'cancelled'], 'cancel'],
      [['order', 'canceled'], 'cancel'],
    ] as const
  ).flatMap(([[noun, verb], meaning]): [string, Meaning][] => [
    [noun + verb, meaning],
    [verb + noun, meaning],
  ]),
);

/** Translates each message of a batch by itself. Never throws, whatever JSON it is given. */
export function translateSegment(body: SegmentBatch, defaultCurrency: string | undefined): Translation[] {
  const contentId = createContentIds();
  return body.batch.map((message) => {
    if (!isObject(message)) return refused('not_an_object', 'a message must be a JSON object', '');
    const notes: Note[] = [];
    const frame = { ...frameOf(message, objectOf(body), contentId, notes), defaultCurrency };
    return translateMessage(message, frame, notes);
  });
}

function translateMessage(message: Loose, frame: EntryFrame, notes: Note[]): Translation {
  const { type, event } = message;
  if (typeof type !== 'string' || !CALLS.includes(type))
    return refused('unknown_type', `unknown type of message; allowed: ${CALLS.join(', ')}`, 'type');
  if (type === 'identify') return isLink(frame.fields) ? link(frame, notes) : { kind: 'ignored' };
  if (type === 'alias') return alias(message, frame, notes);
  if (type !== 'track') return { kind: 'ignored' };
  if (typeof event !== 'string' || event.trim() === '')
    return refused('invalid_field', 'is required: the name of what happened', 'event');
  const meaning = meanings.get(event.toLowerCase().replace(/[\s_-]/g, ''));
  return meaning === undefined ? { kind: 'ignored' } : track(meaning, objectOf(message.properties), frame, notes);
}

function track(meaning: Meaning, properties: Loose, frame: EntryFrame, notes: Note[]): Translation {
  const cartId = firstOf(properties, 'cart_id', 'cartId');
  if (meaning === 'begin_checkout') {
    const fields = { type: meaning, ...frame.fields, cart_id: surroundingId(cartId, 'cart_id', notes) };
    return { kind: 'events', drafts: [{ value: withoutUndefined(fields), sentAt: frame.sentAt, notes }] };
  }
  const order = orderOf(properties);
  const products = productsOf(properties);
  if (meaning === 'purchase') return { kind: 'events', drafts: [purchaseDraft(frame, order, products, notes)] };
  if (meaning === 'refund') {
    const draft = refundDraft(frame, { ...order, amount: refundedAmount(properties) }, products, notes);
    return { kind: 'events', drafts: [draft] };
  }
  // What is cancelled is the whole order, whatever of it is listed.
  if (meaning === 'cancel')
    return { kind: 'events', drafts: [refundDraft(frame, { ...order, amount: undefined }, [], notes)] };
  const product = productOf(properties, undefined);
  return { kind: 'events', drafts: [productDraft(meaning, frame, product, { at: 'properties', cartId, notes })] };
}

function frameOf(
  message: Loose,
  batch: Loose,
  contentId: (content: unknown) => string,
  notes: Note[],
): Omit<EntryFrame, 'defaultCurrency'> {
  const context = { ...objectOf(batch.context), ...objectOf(message.context) };
  const page = objectOf(context.page);
  const { occurredAt, sentAt } = segmentTimes(message, batch, notes);
  const { sentAt: _, ...content } = message;
  const messageId = firstOf(message, 'messageId');
  const isName = typeof messageId === 'string' || typeof messageId === 'number';
  const properties = objectOf(message.properties);
  const fields = sharedFields(
    {
      event_id: isName ? idFromName(String(messageId)) : contentId(content),
      occurred_at: occurredAt,
      user_id: firstOf(message, 'userId'),
      anonymous_id: firstOf(message, 'anonymousId'),
      session_id: firstOf(context, 'sessionId') ?? firstOf(properties, 'session_id', 'sessionId'),
      page_url: firstOf(page, 'url'),
      referrer: firstOf(page, 'referrer'),
      user_agent: firstOf(context, 'userAgent'),
      locale: firstOf(context, 'locale'),
    },
    notes,
  );
  return { fields, sentAt };
}

function isLink(fields: Loose): boolean {
  return fields.user_id !== undefined && fields.anonymous_id !== undefined;
}

function link({ fields, sentAt }: EntryFrame, notes: readonly Note[]): Translation {
  return { kind: 'events', drafts: [{ value: { type: 'identify', ...fields }, sentAt, notes }] };
}

/** The earlier id of somebody who has a user id now. */
function alias(message: Loose, frame: EntryFrame, notes: readonly Note[]): Translation {
  const previous = firstOf(message, 'previousId');
  const fields = previous === undefined ? frame.fields : { ...frame.fields, anonymous_id: idOf(previous) };
  return link({ ...frame, fields }, notes);
}

function refused(code: 'not_an_object' | 'unknown_type' | 'invalid_field', message: string, path: string): Translation {
  return { kind: 'refused', code, message, path };
}
