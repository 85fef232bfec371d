import * as z from 'zod';
import { BazaarError } from './errors.ts';
import { isOrigin, ORIGIN_RULE } from './http/origin.ts';

/** The stages that can be deployed, beside each other in one account if need be. */
export const stageNames = ['dev', 'prod'] as const;
export type StageName = (typeof stageNames)[number];

/** 10 TB; more is not asked for by accident. */
const MAX_BROKER_VOLUME_GIB = 10_000;
/** As EC2 names what it makes: a prefix and 8 or 17 digits. */
const ec2Id = (prefix: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`), `must be an id like ${prefix}-0123456789abcdef0`);
const bootstrapServers = z.array(z.string().regex(/^[\w.-]+:\d{1,5}$/, 'must be host:port')).min(1);

/** Where the log lives. A new MSK cluster is the default; the brokers are the biggest part of the bill. */
const kafkaSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('express'),
    instanceType: z
      .string()
      .regex(/^express\.m7g\.(\d+x)?large$/, 'must be express.m7g.large or larger')
      .default('express.m7g.large'),
  }),
  z.strictObject({
    kind: z.literal('standard'),
    instanceType: z
      .string()
      .regex(/^kafka\.m(5|7g)\.(\d+x)?large$/, 'must be kafka.m5.large, kafka.m7g.large or larger')
      .default('kafka.m7g.large'),
    /** For each broker. Seven days of 100 events a second take about 40 GiB on each of three. */
    volumeGib: z.int().min(1).max(MAX_BROKER_VOLUME_GIB).default(100),
  }),
  /** An MSK cluster that exists, with IAM authentication; the topics are made in it. */
  z.strictObject({
    kind: z.literal('msk'),
    clusterArn: z
      .string()
      .regex(/^arn:[\w-]+:kafka:[\w-]+:\d{12}:cluster\/[^/]+\/[\w-]+$/, 'must be the ARN of an MSK cluster'),
    bootstrapServers,
    vpcId: ec2Id('vpc'),
    subnetIds: z.array(ec2Id('subnet')).min(1),
    /** The brokers' own group: ours is let in on 9098. */
    securityGroupId: ec2Id('sg'),
    /** Express brokers fix the number of copies that must be in step, and refuse a topic that states it. */
    isExpress: z.boolean().default(false),
  }),
  /** Any other Kafka that speaks TLS with SCRAM-SHA-512; the topics are made in it. */
  z.strictObject({
    kind: z.literal('kafka'),
    bootstrapServers,
    /** A secret of Secrets Manager: {"username", "password"}. */
    secretName: z.string().min(1),
    /** Copies of each record; a single broker has one. */
    replicationFactor: z.int().min(1).max(9).default(3),
  }),
]);
export type KafkaSettings = z.output<typeof kafkaSchema>;

const trainingHours = z.array(z.int().min(0).max(23)).min(1).default([2]);
/** Raw views are kept for `retentionDays`; older ones than half a year say little of what people want now. */
const trainingWindow = z.int().min(7).max(400).default(180);

/** Where the model is trained, and at which hours (UTC) of each day. */
const trainingSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('lambda'),
    /** A new account may have no more than the default, which is two processors; the most is six. */
    memoryMib: z.int().min(1024).max(10_240).default(3008),
    hours: trainingHours,
    windowDays: trainingWindow,
  }),
  z.strictObject({
    kind: z.literal('emr-serverless'),
    /** With Spark 3.5.6, with which the job is tested. */
    releaseLabel: z
      .string()
      .regex(/^emr-7\.\d+\.\d+$/)
      .default('emr-7.13.0'),
    /** The most that a run may take at once, the driver's four processors included. */
    maxVcpu: z.int().min(8).max(400).default(32),
    maxMemoryGib: z.int().min(56).max(3000).default(224),
    /** Private subnets with a way out: Spark reaches Neon and Maven Central through it. */
    subnetIds: z.array(z.string().startsWith('subnet-')).min(1),
    securityGroupIds: z.array(z.string().startsWith('sg-')).min(1),
    /** Of the function that finishes the model. */
    memoryMib: z.int().min(1024).max(10_240).default(3008),
    hours: trainingHours,
    windowDays: trainingWindow,
  }),
]);
export type TrainingSettings = z.output<typeof trainingSchema>;

const quickSightPeople = z
  .array(
    z
      .string()
      .regex(
        /^arn:[\w-]+:quicksight:[\w-]+:\d{12}:(user|group)\/[^/]+\/.+$/,
        'must be the ARN of a user or a group of QuickSight',
      ),
  )
  .default([]);

/** A dashboard in Amazon QuickSight over the BI views; the account must be subscribed to it. */
const quickSightSchema = z
  .strictObject({
    /** Where the database is, as QuickSight reaches it: the host of its connection string. */
    host: z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be the host of the database, without scheme and port'),
    port: z.int().min(1).max(65_535).default(5432),
    /** Neon's own name for a project's first database. */
    database: z.string().min(1).default('neondb'),
    /** May look at the dashboard. */
    viewers: quickSightPeople,
    /** May also build on the data sets. */
    authors: quickSightPeople,
  })
  .refine(({ viewers, authors }) => viewers.length + authors.length > 0, 'name at least one of viewers or authors');
export type QuickSightSettings = z.output<typeof quickSightSchema>;

/** Raw rows outlive the topic (7 days) and what can still be replayed (30 days of failed batches). */
const MIN_RETENTION_DAYS = 35;
const logRetentionDays = [7, 14, 30, 60, 90, 180, 365] as const;

const stageSchema = z.strictObject({
  kafka: kafkaSchema.prefault({ kind: 'express' }),
  /** Pages that may call under a publishable key. */
  origins: z.array(z.string().refine(isOrigin, ORIGIN_RULE)).default([]),
  /** Where the brokers of a new cluster stand; the region's first three zones when absent. MSK is not in every zone. */
  availabilityZones: z.tuple([z.string(), z.string(), z.string()]).optional(),
  /** Who is told of alarms. */
  alarmEmail: z.email().optional(),
  /** The secret with the connection string of the database's owner; made before the first deploy. */
  ownerSecretName: z.string().min(1).optional(),
  /** Where Neon's protocol is spoken, when that is not Neon's own host. */
  neonEndpoint: z.url({ protocol: /^https?$/ }).optional(),
  /** Addresses of the shop's own people: their events are stored and left out of every aggregate. */
  internalAddresses: z.array(z.union([z.ipv4(), z.ipv6()], 'must be an IP address')).default([]),
  /** Stores purchases under a publishable key as untrusted, instead of refusing them. */
  allowUntrustedPurchases: z.boolean().default(false),
  /** By source of a key: the currency of prices that Segment's and GA4's clients send without one. None unless set. */
  defaultCurrencies: z
    .record(z.string().min(1), z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 currency code, such as EUR'))
    .default({}),
  /** Requests a second of the whole API, and how many at once beyond that. */
  throttle: z
    .strictObject({ perSecond: z.int().min(1).default(1_000), burst: z.int().min(1).default(2_000) })
    .prefault({}),
  /** Seconds that a consumer waits to fill a batch; half a second, Lambda's own, when absent. 0 is fastest and dearest. */
  batchingWindowSeconds: z.int().min(0).max(300).optional(),
  /** Event pollers of each consumer; one takes about 5 MB a second. A topic has no use for more than its partitions. */
  pollers: z
    .strictObject({ min: z.int().min(1).max(12).default(1), max: z.int().min(1).max(12).default(12) })
    .refine(({ min, max }) => min <= max, 'min must not exceed max')
    .prefault({}),
  /** X-Ray for the functions outside of the network: dear with many requests, at five dollars a million traces. */
  tracing: z.boolean().default(false),
  /** Counted up to read the topics again from their beginning: each generation is a consumer group of its own. */
  consumerGeneration: z.int().min(1).default(1),
  /** How long raw views and cart events are kept, from their receipt. */
  retentionDays: z.int().min(MIN_RETENTION_DAYS).default(400),
  logRetentionDays: z.literal(logRetentionDays).default(30),
  training: trainingSchema.prefault({ kind: 'lambda' }),
  quickSight: quickSightSchema.optional(),
});

/** Everything that differs between stages. */
export type StageSettings = z.output<typeof stageSchema> & { stage: StageName; ownerSecretName: string };

/** As a person writes it, in cdk.json under `stages`. */
export type StageInput = z.input<typeof stageSchema>;

/**
 * Reads a stage's settings.
 *
 * @param stage the context value `stage`
 * @param stages the context value `stages`: settings by stage; a stage that is not in it has the defaults
 * @throws BazaarError (`config_invalid`) that names each wrong setting and what is allowed
 */
export function readStageSettings(stage: unknown, stages: unknown): StageSettings {
  const name = z.enum(stageNames).safeParse(stage);
  if (!name.success)
    throw invalid([
      `stage is ${JSON.stringify(stage) ?? 'missing'}; allowed: ${stageNames.join(', ')} (cdk … -c stage=${stageNames[0]})`,
    ]);
  const all = z.partialRecord(z.enum(stageNames), stageSchema).safeParse(stages ?? {});
  if (!all.success) throw invalid(all.error.issues.map((issue) => describe(issue, stages)));
  const settings = all.data[name.data] ?? stageSchema.parse({});
  return {
    ...settings,
    stage: name.data,
    ownerSecretName: settings.ownerSecretName ?? `bazaarstream/${name.data}/database-owner`,
  };
}

function describe(issue: z.core.$ZodIssue, root: unknown): string {
  const path = ['stages', ...issue.path].map(String).join('.');
  if (issue.code === 'unrecognized_keys') return `${path} has unknown settings: ${issue.keys.join(', ')}`;
  const got = issue.path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    root,
  );
  return `${path} is ${JSON.stringify(got) ?? 'missing'}; ${allowedBy(issue)}`;
}

function allowedBy(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `allowed: ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options))
    return `allowed: ${issue.options.map(String).join(', ')}`;
  return issue.message.charAt(0).toLowerCase() + issue.message.slice(1);
}

function invalid(problems: readonly string[]): BazaarError {
  return new BazaarError('config_invalid', `the settings are wrong: ${problems.join('; ')}`);
}
