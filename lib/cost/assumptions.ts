/**
 * What the estimate takes for granted about the traffic and the deployment. "Measured" means, where nothing else is said, by
 * `npm run bench -- cost` on a development machine with two cores: simulated events of 338 B through the production functions into PostgreSQL 18, one batch
 * at a time, at 10, 100 and 1,000 events a second (bench/results/cost.json).
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
  /** The same event in Kafka, with its key and what the server stamps on it (measured: 506 for an event of 338 B). */
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
  eventsPerBatch: 2_000,
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
  /** Measured 5 ms; the network and a third of a processor are added. */
  recommendMs: 40,
  /** Measured 10 ms, and 0.13 ms for each event, over all topics; the network and the processor as above. */
  batchMs: 60,
  batchMsPerEvent: 0.3,
  /** One a night, on the events of so many days, */
  trainingRuns: 30,
  trainingDays: 180,
  /** but not on more than fit into this memory (a million took 0.76 GB): a larger shop trains on fewer days. */
  trainingMaxEvents: 4_000_000,
  /** Measured apart, with two threads, on a million events. */
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
  /** Measured with indexes: 438 for an event of 338 B, a view and a cart event alike; one of 400 B has more in it. */
  rawRowBytes: 520,
  /** Measured, spread over all events: sessions (half of it), carts, persons, orders and raw purchases. They stay. */
  lastingBytesPerEvent: 174,
  /** Measured: write-ahead log without full-page images. */
  historyBytesPerEvent: 1_690,
  historyDays: 1,
  /** Processor time in the database, all measured: of a batch, whatever is in it, and of each event in it. */
  viewBatchCpuMs: 3.5,
  viewCpuMs: 0.079,
  cartBatchCpuMs: 4.8,
  cartCpuMs: 0.18,
  purchaseBatchCpuMs: 14,
  purchaseCpuMs: 0.47,
  recommendationCpuMs: 3.8,
  /** Neon's smallest compute, kept awake; one CU is taken for one processor, busy for this share of the time. */
  minimumComputeUnits: 0.25,
  computeUtilisation: 0.5,
  /** Requests to Neon and its answers with their headers, all measured. */
  eventBytesToNeon: 500,
  batchBytesToNeon: 15_100,
  /** Of a recommendation most is what is trending, which is sent along. */
  recommendationBytesToNeon: 5_100,
  batchBytesFromNeon: 1_600,
  recommendationBytesFromNeon: 2_500,
  /** Measured apart: a row of the history. */
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
