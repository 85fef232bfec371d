import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Trigger } from 'aws-cdk-lib/triggers';
import { Construct } from 'constructs';
import type { StageSettings } from '../../platform/stage-settings.ts';
import { type DatabaseRole, databaseRoles, type StageSecrets } from '../storage/stage-secrets.ts';
import { BundledFunction } from './bundled-function.ts';
import { neonEnvironment } from './database-environment.ts';

/** An index on a big table takes its time. Who waits is a function too, which ends after 15 minutes, and must then know. */
const TIMEOUT = Duration.minutes(14);
const TRIGGER_TIMEOUT = Duration.minutes(15);

/**
 * Brings the database up to date at each deploy whose SQL or code is new. The deploy waits for it, fails with it, and is
 * rolled back then. What depends on this construct finds the new tables.
 */
export class Migrations extends Construct {
  readonly function: BundledFunction;

  constructor(scope: Construct, id: string, { settings, secrets }: { settings: StageSettings; secrets: StageSecrets }) {
    super(scope, id);
    const roleSecrets = Object.values(secrets.roles);
    const arns = Object.entries(databaseRoles).map(([role, name]) => [
      name,
      secrets.roles[role as DatabaseRole].secretArn,
    ]);
    this.function = new BundledFunction(this, 'Function', {
      settings,
      name: 'migrate',
      folder: 'lambdas/migrate',
      description: 'applies migrations, sets the passwords of the roles',
      timeout: TIMEOUT,
      memoryMib: 512,
      environment: {
        OWNER_SECRET_ARN: secrets.owner.secretArn,
        ROLE_SECRET_ARNS: JSON.stringify(Object.fromEntries(arns)),
        ...neonEnvironment(settings),
      },
      afterBundling: (project, bundle) => [`cp -r "${project}/sql" "${bundle}/sql"`],
    });
    secrets.owner.grantRead(this.function);
    for (const secret of roleSecrets) secret.grantRead(this.function);
    const resources = roleSecrets.map(({ secretArn }) => secretArn);
    this.function.addToRolePolicy(new PolicyStatement({ actions: ['secretsmanager:PutSecretValue'], resources }));
    new Trigger(this, 'AtDeploy', { handler: this.function, timeout: TRIGGER_TIMEOUT });
  }
}
