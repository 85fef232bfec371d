import * as z from 'zod';
import { keyEntrySchema } from '../../platform/http/keys.ts';

/** What `npm start` tells its child processes, through one environment variable: other users cannot read it there. */
const settingsSchema = z.object({
  port: z.int(),
  origins: z.array(z.string()),
  keyEntries: z.array(keyEntrySchema),
  /** By source: the currency of prices that come without one. */
  defaultCurrencies: z.record(z.string(), z.string()),
  /** For the page's browser side. */
  publishableKey: z.string(),
  /** For the page's server side, which is a shop's. */
  secretKey: z.string(),
  /** With which a shop's server signs `x-user-token`. */
  signingSecret: z.string(),
  writerUrl: z.string(),
  readerUrl: z.string(),
  biUrl: z.string(),
  catalogueUrl: z.string(),
  peopleUrl: z.string(),
  /** Absent when the database is Neon's own. */
  neon: z.object({ fetchEndpoint: z.string(), wsProxy: z.string() }).optional(),
  brokers: z.array(z.string()),
  /** How long an invocation of a consumer waits for more events; absent: not at all. */
  batchingWindowMs: z.int().optional(),
  /** The folder of the embedded log, where that is the log. */
  embeddedFolder: z.string().optional(),
});
export type ChildSettings = z.output<typeof settingsSchema>;

/** What the training is told, and no more. */
const trainingSchema = settingsSchema.pick({ neon: true }).extend({ trainerUrl: z.string() });
export type TrainingChildSettings = z.output<typeof trainingSchema>;

const VARIABLE = 'BAZAAR_LOCAL_SETTINGS';

/** The environment that carries the settings. */
export function settingsEnvironment(settings: ChildSettings | TrainingChildSettings): NodeJS.ProcessEnv {
  return { [VARIABLE]: JSON.stringify(settings) };
}

/** The settings that this process was given. */
export function readChildSettings(environment: NodeJS.ProcessEnv): ChildSettings {
  return settingsSchema.parse(JSON.parse(environment[VARIABLE] ?? '{}'));
}

/** The same for the training. */
export function readTrainingChildSettings(environment: NodeJS.ProcessEnv): TrainingChildSettings {
  return trainingSchema.parse(JSON.parse(environment[VARIABLE] ?? '{}'));
}
