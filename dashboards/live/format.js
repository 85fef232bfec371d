const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const share = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });
const monies = new Map();

export const count = (value) => (Math.abs(value) < 100_000 ? whole : compact).format(value);
export const percent = (value) => share.format(value);

/** An amount of one currency; a code that the browser does not know stands beside the number. */
export function money(amount, currency) {
  if (!monies.has(currency)) {
    const options = { style: 'currency', currency };
    try {
      monies.set(currency, new Intl.NumberFormat('en', options));
    } catch {
      return `${whole.format(Number(amount))} ${currency}`;
    }
  }
  return monies.get(currency).format(Number(amount));
}

export function milliseconds(ms) {
  if (ms < 1) return '<1 ms';
  return ms < 10_000 ? `${whole.format(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

export function age(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 2) return 'just now';
  if (seconds < 120) return `${seconds} s ago`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min ago`;
  return `${Math.round(seconds / 3_600)} h ago`;
}

export const clock = (ms) => new Date(ms).toLocaleTimeString(undefined, { timeStyle: 'medium', hourCycle: 'h23' });
export const hour = (ms) =>
  new Date(ms).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** Integers add up money exactly: the parts of a price in cents. */
export const cents = (price) => Math.round(Number(price) * 100);

const words = {
  product_view: 'Product view',
  add_to_cart: 'Add to cart',
  remove_from_cart: 'Remove from cart',
  clear_cart: 'Clear cart',
  begin_checkout: 'Begin checkout',
  identify: 'Identify',
  purchase: 'Purchase',
  refund: 'Refund',
};
export const eventName = (type) => words[type] ?? type;
