import { createTracker } from '/page/client.js';
import { ask } from './http.js';
import { readStored, writeStored } from './stored.js';

const NAME = 'name';
const MAX_REMEMBERED = 100;
/** What was done before an order is sent before it, unless that takes too long. */
const FLUSH_MS = 3_000;
/** The shop's token holds for half an hour. */
const TOKEN_MS = 25 * 60_000;
/** A click is sent at once: here people wait for it. */
const BATCH = { maxWaitMs: 20 };

/**
 * Who is in the shop, and what they do: each doing becomes an event through the client library, except what only the
 * shop's server may say (purchase, refund). `onChange` is told when somebody logs in or out, `onTimed` when more is known
 * about how long an event took on this side.
 */
export function createVisitor(key, { onChange, onTimed, onRefused }) {
  const times = new Map();
  let name = readStored(NAME, null);
  let token;
  let tokenAt = 0;

  const remember = (eventId, clickedMs, answeredMs) => {
    times.set(eventId, { clickedMs, answeredMs });
    if (times.size > MAX_REMEMBERED) times.delete(times.keys().next().value);
    onTimed(eventId);
    return eventId;
  };
  const onVerdict = (verdict) => {
    const time = times.get(verdict.event_id);
    if (time !== undefined) time.answeredMs = performance.now() - time.clickedMs;
    onTimed(verdict.event_id);
    if (verdict.status !== 'accepted') onRefused(verdict);
  };
  const tracker = createTracker({ url: location.origin, key, onVerdict, batch: BATCH });

  const doing = (method, details) => {
    const clickedMs = performance.now();
    return remember(tracker[method](details), clickedMs);
  };
  const viaServer = async (path, body) => {
    const clickedMs = performance.now();
    await Promise.race([tracker.flush(), new Promise((resolve) => setTimeout(resolve, FLUSH_MS))]);
    const userToken = await validToken();
    const headers = userToken === undefined ? {} : { 'x-user-token': userToken };
    const { event } = await ask(path, { body, headers });
    remember(event.event_id, clickedMs, performance.now() - clickedMs);
    return event;
  };
  const validToken = async () => {
    if (token !== undefined && performance.now() - tokenAt > TOKEN_MS) await logIn(name);
    return token;
  };
  const logIn = async (newName) => {
    const person = await ask('/shop/login', { body: { name: newName } });
    token = person.token;
    tokenAt = performance.now();
    name = person.name;
    writeStored(NAME, name);
    if (tracker.ids().user_id !== person.user_id) remember(tracker.identify(person.user_id), performance.now());
    onChange();
  };

  return {
    ids: () => tracker.ids(),
    name: () => (tracker.ids().user_id === undefined ? null : name),
    timeOf: (eventId) => times.get(eventId),
    view: (product) => doing('viewProduct', product),
    add: (line) => doing('addToCart', line),
    remove: (line) => doing('removeFromCart', line),
    beginCheckout: () => doing('beginCheckout', {}),
    buy: (order) => viaServer('/shop/orders', { ...order, ...tracker.ids() }),
    refund: (orderId) => viaServer(`/shop/orders/${encodeURIComponent(orderId)}/refund`, {}),
    recommendations: async (options) => {
      const userToken = await validToken();
      return tracker.recommendations({ ...options, ...(userToken === undefined ? {} : { userToken }) });
    },
    logIn,
    /** The token does not outlive the page; the shop gives another to who is still logged in. */
    resume: async () => {
      if (tracker.ids().user_id !== undefined && name !== null) await logIn(name);
    },
    logOut: () => {
      tracker.reset();
      token = undefined;
      name = null;
      writeStored(NAME, name);
      onChange();
    },
  };
}
