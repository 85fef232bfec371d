import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { StageSettings } from '../../platform/stage-settings.ts';

/** What a function that talks to Postgres is told (`platform/database-env.ts`). */
export function databaseEnvironment(
  settings: StageSettings,
  roleSecret: Pick<ISecret, 'secretArn'>,
): Record<string, string> {
  return { DATABASE_SECRET_ARN: roleSecret.secretArn, ...neonEnvironment(settings) };
}

/** Where Neon's protocol is spoken, when that is not Neon's own host. */
export function neonEnvironment({ neonEndpoint }: StageSettings): Record<string, string> {
  return neonEndpoint === undefined ? {} : { NEON_ENDPOINT: neonEndpoint };
}
