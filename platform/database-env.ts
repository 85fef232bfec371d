import * as z from 'zod';

/** What a function that talks to Postgres is told: where its role's connection string is, never the string itself. */
export const databaseEnv = z.object({
  DATABASE_SECRET_ARN: z.string().min(1),
  /** Where Neon's protocol is spoken, when that is not Neon's own host: the origin of a proxy with `/sql` and `/v2`. */
  NEON_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
});
export type DatabaseEnv = z.output<typeof databaseEnv>;
