/**
 * What the estimate takes for granted about the traffic and the deployment. "Measured" means on a development machine
 * with two cores: 300,000 simulated events of 432 B over 30 days through the real consumers into PostgreSQL 18.
 */
export const defaultAssumptions = {
  /** Events that a sender puts into one request. */
  eventsPerRequest: 10,
  viewShare: 0.9,
  cartShare: 0.08,
  purchaseShare: 0.02,
  /** A page asks for recommendations once in so many views. */
  viewsPerRecommendation: 5,
  /** An event as it is sent, in JSON. */
  eventBytes: 400,
  /** The same event in Kafka, with its key and what the server stamps on it (measured: 556 and the key). */
  recordBytes: 600,

  brokers: 3,
  copies: 3,
  /** Volumes of standard brokers are this large at least, and not planned to be fuller than this share. */
  minimumVolumeGb: 100,
  volumeFill: 0.75,
  /** Of what a client and a broker send each other when they stand in one of three zones each. */
  shareBetweenZones: 2 / 3,

  /** How long a consumer waits to fill a batch; with 0 it is called as fast as its partitions allow. */
  batchingWindowSeconds: 0.5,
  eventsPerBatch: 500,
  pollersPerTopic: 1,
  /** An event poller unit takes so many pollers and so much traffic, by AWS's guide to the scaling modes. */
  pollersPerUnit: 10,
  unitMegabytesPerSecond: 20,

  /** 1 when nothing is cached; the cache of one key's answers makes it almost 0. */
  authorizerCallsPerRequest: 1,
  ingestionMemoryGb: 1,
  authorizerMemoryGb: 0.25,
  recommendMemoryGb: 0.5,
  consumerMemoryGb: 0.5,
  /** One event: about 10 ms, of which Kafka's acknowledgement is most. */
  postMs: 10,
  postMsPerEvent: 0.5,
  authorizeMs: 5,
  /** Measured 15 ms; the network and a third of a processor are added. */
  recommendMs: 40,
  /** Measured 4 to 26 ms for a batch of one and 0.11 ms for each further event; the network and the processor as above. */
  batchMs: 60,
  batchMsPerEvent: 0.3,
  /** One a night, on the events of so many days, */
  trainingRuns: 30,
  trainingDays: 180,
  /** but not on more than fit into this memory (a million took 0.76 GB): a larger shop trains on fewer days. */
  trainingMaxEvents: 4_000_000,
  /** Measured with two threads, on a million events. */
  trainingMsPerEvent: 0.133,
  /** 3008 MiB. */
  trainingMemoryGb: 2.9375,

  /** One line of JSON for each request that a function answers and each batch that it stores. */
  logLineBytes: 500,
  accessLogBytes: 400,
  /** Lambda's own lines for each invocation: none while the functions' system log level is WARN, else about 600. */
  platformLogBytes: 0,
  logRetentionDays: 30,
  /** Three of ingestion, five of each consumer, two of the replay, three of the training, three of the maintenance. */
  customMetrics: 26,
  alarms: 26,
  dashboards: 1,

  secrets: 11,
  secretReads: 10_000,
  failedBatchGb: 1,
  failedBatchWrites: 1_000,
  alarmEmails: 100,
  /** 96 replays, a maintenance and a training each day. */
  scheduledRuns: 2_980,

  /** The estimate is of a shop that has been open for so long, */
  openDays: 400,
  /** and keeps raw views and cart events for so long. */
  retentionDays: 400,
  /** Measured, with indexes: a view and a cart event alike. */
  rawRowBytes: 535,
  /** Measured, spread over all events: raw purchases, orders, purchase history, sessions and persons. They stay. */
  lastingBytesPerEvent: 105,
  /** Measured: write-ahead log without full-page images. */
  historyBytesPerEvent: 1_300,
  historyDays: 1,
  /** Processor time in the database, all measured. That of purchases still grew with the number of orders. */
  viewBatchCpuMs: 2,
  viewCpuMs: 0.05,
  cartBatchCpuMs: 7,
  cartCpuMs: 0.2,
  purchaseBatchCpuMs: 22,
  purchaseCpuMs: 1.8,
  recommendationCpuMs: 12,
  /** Neon's smallest compute, kept awake; one CU is taken for one processor, busy for this share of the time. */
  minimumComputeUnits: 0.25,
  computeUtilisation: 0.5,
  /** Statements and values of a request to Neon (measured), and its answers. */
  eventBytesToNeon: 500,
  batchBytesToNeon: 10_000,
  recommendationBytesToNeon: 12_000,
  batchBytesFromNeon: 900,
  recommendationBytesFromNeon: 1_000,
  /** Measured: a row of the history. */
  trainingBytesFromNeon: 88,
} as const satisfies Record<string, number>;

export type AssumptionName = keyof typeof defaultAssumptions;
export type Assumptions = Readonly<Record<AssumptionName, number>>;

/** What is divided by; each must be above 0. */
export const divisors: ReadonlySet<AssumptionName> = new Set([
  'eventsPerRequest',
  'viewsPerRecommendation',
  'brokers',
  'volumeFill',
  'eventsPerBatch',
  'batchMs',
  'pollersPerTopic',
  'pollersPerUnit',
  'unitMegabytesPerSecond',
  'computeUtilisation',
]);
