/**
 * List prices in US dollars, region us-east-1, without free tiers, discounts and taxes. A price that has changed is
 * changed here, with the date of the text in which it was seen.
 */
export type Price = {
  /** For `per` units. */
  readonly usd: number;
  readonly per: number;
  readonly unit: string;
  /** Where the seller publishes it. */
  readonly page: string;
  readonly seen: Seen;
};

/**
 * In a text of the seller (a pricing or guide page, a sizing script of AWS), or in somebody's extract of the price list;
 * `unverified` where no text could be seen. The date is the text's own, or the day it was read where it has none.
 */
export type Seen = { readonly on: string; readonly in: 'publisher' | 'extract' } | 'unverified';

/** Sellers bill 2^30 bytes as a GB or do not say; 10^9 makes an estimate that is up to 7 % too high. */
const GB = 1_000_000_000;
const MILLION = 1_000_000;

const mskScript = { page: 'Amazon MSK pricing', seen: { on: '2026-08-20', in: 'publisher' } } as const;
const lambdaList = { page: 'AWS Lambda pricing', seen: { on: '2026-09-19', in: 'extract' } } as const;
const cloudWatchList = { page: 'Amazon CloudWatch pricing', seen: { on: '2025-10-28', in: 'extract' } } as const;
const neonPlans = { page: 'Neon plans', seen: { on: '2026-11-12', in: 'publisher' } } as const;
const neonPlansBefore = { page: 'Neon plans', seen: { on: '2026-03-20', in: 'publisher' } } as const;

export const prices = {
  expressBroker: { usd: 0.408, per: 1, unit: 'broker-hour (express.m7g.large)', ...mskScript },
  expressDataIn: { usd: 0.01, per: GB, unit: 'B written', ...mskScript },
  /** One copy is billed; the other two are in the price. */
  expressStorage: { usd: 0.1, per: GB, unit: 'B-month', ...mskScript },
  standardBroker: { usd: 0.204, per: 1, unit: 'broker-hour (kafka.m7g.large)', ...mskScript },
  standardStorage: { usd: 0.1, per: 1, unit: 'GB-month of volume', ...mskScript },
  /** One cent on each side. */
  betweenZones: { usd: 0.02, per: GB, unit: 'B', ...mskScript, page: 'Amazon EC2 on-demand pricing, data transfer' },

  pollerUnit: {
    usd: 0.185,
    per: 1,
    unit: 'EPU-hour',
    page: lambdaList.page,
    seen: { on: '2026-11-25', in: 'publisher' },
  },
  lambdaDuration: { usd: 0.0000133334, per: 1, unit: 'GB-second (arm64)', ...lambdaList },
  lambdaRequests: { usd: 0.2, per: MILLION, unit: 'invocations', ...lambdaList },

  /** Up to `HTTP_API_FIRST_TIER` a month; each started `HTTP_API_METERED_BYTES` of a request count as one. */
  httpApiFirst: {
    usd: 1,
    per: MILLION,
    unit: 'requests',
    page: 'Amazon API Gateway pricing',
    seen: { on: '2025-05-19', in: 'extract' },
  },
  httpApiBeyond: {
    usd: 0.9,
    per: MILLION,
    unit: 'requests',
    page: 'Amazon API Gateway pricing',
    seen: { on: '2024-07-01', in: 'extract' },
  },

  logsIngested: { usd: 0.5, per: GB, unit: 'B', ...cloudWatchList },
  /** Billed compressed, by how much is not said; counted here as it came. */
  logsStored: { usd: 0.03, per: GB, unit: 'B-month', ...cloudWatchList },
  customMetric: { usd: 0.3, per: 1, unit: 'metric-month', ...cloudWatchList },
  alarm: { usd: 0.1, per: 1, unit: 'alarm-month', ...cloudWatchList },
  dashboard: {
    usd: 3,
    per: 1,
    unit: 'dashboard-month',
    page: cloudWatchList.page,
    seen: { on: '2026-06-13', in: 'extract' },
  },

  secret: {
    usd: 0.4,
    per: 1,
    unit: 'secret-month',
    page: 'AWS Secrets Manager pricing',
    seen: { on: '2025-10-28', in: 'extract' },
  },
  secretReads: {
    usd: 0.05,
    per: 10_000,
    unit: 'reads',
    page: 'AWS Secrets Manager pricing',
    seen: { on: '2026-01', in: 'extract' },
  },
  s3Storage: {
    usd: 0.023,
    per: 1,
    unit: 'GB-month',
    page: 'Amazon S3 pricing',
    seen: { on: '2025-10-28', in: 'extract' },
  },
  s3Writes: {
    usd: 0.005,
    per: 1_000,
    unit: 'writes',
    page: 'Amazon S3 pricing',
    seen: { on: '2025-10-28', in: 'extract' },
  },
  email: {
    usd: 2,
    per: 100_000,
    unit: 'e-mails',
    page: 'Amazon SNS pricing',
    seen: { on: '2026-06-13', in: 'extract' },
  },
  schedule: {
    usd: 1,
    per: MILLION,
    unit: 'runs',
    page: 'Amazon EventBridge pricing',
    seen: { on: '2025-10-28', in: 'extract' },
  },

  neonCompute: { usd: 0.106, per: 1, unit: 'CU-hour (Launch plan)', ...neonPlans },
  neonStorage: { usd: 0.35, per: GB, unit: 'B-month', ...neonPlans },
  neonHistory: { usd: 0.2, per: GB, unit: 'B-month of history', ...neonPlansBefore },
  neonTransfer: { usd: 0.1, per: GB, unit: 'B sent beyond those included', ...neonPlansBefore },
  /** What AWS takes for bytes from a function to a database of another account in the same region. */
  toNeon: { usd: 0.01, per: GB, unit: 'B', page: 'Amazon EC2 on-demand pricing, data transfer', seen: 'unverified' },
} as const satisfies Record<string, Price>;

export const HTTP_API_FIRST_TIER = 300 * MILLION;
export const HTTP_API_METERED_BYTES = 512_000;
/** The Launch and the Scale plan include this much each month. */
export const NEON_INCLUDED_BYTES = 100 * GB;
