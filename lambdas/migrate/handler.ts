import * as z from 'zod';
import { databaseEnv } from '../../platform/database-env.ts';
import { jsonSetting, readEnv } from '../../platform/env.ts';
import { createLogger } from '../../platform/logger.ts';
import { createSecretReader, writeSecret } from '../../platform/secret.ts';
import { pointDriverAt } from '../../repositories/neon-database.ts';
import { roleNames } from '../../repositories/roles.repository.ts';
import { type MigrationResult, migrateStage, type RoleSecret } from './migrate-stage.ts';

const environment = readEnv(
  databaseEnv.pick({ NEON_ENDPOINT: true }).extend({
    OWNER_SECRET_ARN: z.string().min(1),
    ROLE_SECRET_ARNS: jsonSetting(z.record(z.enum(roleNames), z.string().min(1))),
  }),
);
const log = createLogger('migrate');
pointDriverAt(environment.NEON_ENDPOINT);

/** A reader of its own for each reading: one that remembers would answer with an old value when a reading fails. */
const readNewest = (arn: string) => createSecretReader(arn)();

function roleSecret(arn: string): RoleSecret {
  return { read: () => readNewest(arn), write: (text) => writeSecret(arn, text) };
}

const { bazaar_writer, bazaar_reader, bazaar_bi, bazaar_maintainer, bazaar_catalogue, bazaar_trainer } =
  environment.ROLE_SECRET_ARNS;
const { bazaar_people, bazaar_repairer } = environment.ROLE_SECRET_ARNS;
const options = {
  readOwnerUrl: () => readNewest(environment.OWNER_SECRET_ARN),
  roleSecrets: {
    bazaar_writer: roleSecret(bazaar_writer),
    bazaar_reader: roleSecret(bazaar_reader),
    bazaar_bi: roleSecret(bazaar_bi),
    bazaar_maintainer: roleSecret(bazaar_maintainer),
    bazaar_catalogue: roleSecret(bazaar_catalogue),
    bazaar_trainer: roleSecret(bazaar_trainer),
    bazaar_people: roleSecret(bazaar_people),
    bazaar_repairer: roleSecret(bazaar_repairer),
  },
  folder: new URL('./sql/', import.meta.url),
};

/** Invoked by every deploy, and by hand with `{"rotate_passwords": true}` for new passwords of the roles. */
const inputSchema = z.object({ rotate_passwords: z.boolean().default(false) });

/** The Lambda function that brings the database up to date; a deploy whose migration fails is rolled back. */
export async function handler(event: unknown): Promise<MigrationResult> {
  const input = inputSchema.safeParse(event);
  const result = await migrateStage(options, { rotatePasswords: input.success && input.data.rotate_passwords });
  log.info('database is up to date', result);
  return result;
}
