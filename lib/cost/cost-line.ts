import type { Price } from './prices.ts';

/** The parts of the bill, in the order in which they are shown. */
export const parts = [
  'Kafka',
  'pollers',
  'API',
  'functions',
  'monitoring',
  'small services',
  'traffic',
  'Neon',
] as const;
export type Part = (typeof parts)[number];

/** One line of the bill. `arithmetic` is a product, written so that it can be worked out again. */
export type CostLine = {
  readonly part: Part;
  readonly item: string;
  readonly arithmetic: string;
  readonly usd: number;
};

/** A number and what it counts, e.g. `[3, 'brokers']`. */
export type Factor = readonly [value: number, unit: string];

export const SECONDS_PER_DAY = 86_400;
export const HOURS_PER_MONTH = 730;
export const SECONDS_PER_MONTH = HOURS_PER_MONTH * 3600;
export const MONTH: Factor = [SECONDS_PER_MONTH, 's'];

/** A line that costs the product of the factors and the price. */
export function costLine(part: Part, item: string, factors: readonly Factor[], price: Price): CostLine {
  const quantity = factors.reduce((product, [value]) => product * value, 1);
  const terms = [...factors.map(([value, unit]) => `${formatNumber(value)} ${unit}`), formatPrice(price)];
  return { part, item, arithmetic: terms.join(' × '), usd: (quantity * price.usd) / price.per };
}

/** Groups of thousands, and six digits behind the point of numbers from 1 on, six significant ones below. */
export function formatNumber(value: number): string {
  return value.toLocaleString('en-US', value < 1 ? { maximumSignificantDigits: 6 } : { maximumFractionDigits: 6 });
}

function formatPrice({ usd, per, unit }: Price): string {
  const amount = usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 12 });
  return `$${amount} per ${per === 1 ? '' : `${formatNumber(per)} `}${unit}`;
}
