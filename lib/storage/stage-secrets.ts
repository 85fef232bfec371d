import { type RemovalPolicy, SecretValue } from 'aws-cdk-lib';
import { type ISecret, Secret, type SecretStringGenerator } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { StageSettings } from '../../platform/stage-settings.ts';
import { acknowledge } from '../checks/acknowledge.ts';

/** The roles of the database, by what they do; the migrations make them (`sql/migrations`). */
export const databaseRoles = {
  writer: 'bazaar_writer',
  reader: 'bazaar_reader',
  bi: 'bazaar_bi',
  maintainer: 'bazaar_maintainer',
  catalogue: 'bazaar_catalogue',
  trainer: 'bazaar_trainer',
  people: 'bazaar_people',
  repairer: 'bazaar_repairer',
} as const;
export type DatabaseRole = keyof typeof databaseRoles;

/** 40 letters and digits are 238 bits; none needs quoting in SQL or in a URL. */
const GENERATED = { passwordLength: 40, excludePunctuation: true } as const;

/**
 * Every secret of a stage. The owner's connection string is made by a person before the first deploy and so belongs to
 * no stack; the others are made here, each read by the functions that need it and by no other.
 */
export class StageSecrets extends Construct {
  readonly owner: ISecret;
  readonly roles: Readonly<Record<DatabaseRole, Secret>>;
  /** The digests of the API keys; empty until somebody adds one. */
  readonly apiKeys: Secret;
  /** With which the shop's server signs `x-user-token`. */
  readonly signing: Secret;

  constructor(scope: Construct, id: string, { stage, ownerSecretName }: StageSettings, removalPolicy: RemovalPolicy) {
    super(scope, id);
    const prefix = `bazaarstream/${stage}`;
    const generated = (name: string, secretName: string, description: string, generator: SecretStringGenerator) =>
      new Secret(this, name, {
        secretName: `${prefix}/${secretName}`,
        description,
        generateSecretString: { ...GENERATED, ...generator },
        removalPolicy,
      });
    const ofRole = (role: DatabaseRole) =>
      generated(databaseRoles[role], `database-${role}`, `connection of the role ${databaseRoles[role]}`, {
        secretStringTemplate: JSON.stringify({ role: databaseRoles[role] }),
        generateStringKey: 'password',
      });
    this.owner = Secret.fromSecretNameV2(this, 'Owner', ownerSecretName);
    this.roles = {
      writer: ofRole('writer'),
      reader: ofRole('reader'),
      bi: ofRole('bi'),
      maintainer: ofRole('maintainer'),
      catalogue: ofRole('catalogue'),
      trainer: ofRole('trainer'),
      people: ofRole('people'),
      repairer: ofRole('repairer'),
    };
    this.signing = generated('Signing', 'user-token-signing', 'signs x-user-token', {
      secretStringTemplate: '{}',
      generateStringKey: 'current',
    });
    this.apiKeys = new Secret(this, 'ApiKeys', {
      secretName: `${prefix}/api-keys`,
      description: 'digests of the API keys, with class, source and origins',
      // An empty list is no secret; keys are added afterwards, by a command.
      secretStringValue: SecretValue.unsafePlainText('[]'),
      removalPolicy,
    });
    this.explainRotation();
  }

  /** Who rotates what: nothing here follows the four steps of a rotation function of Secrets Manager. */
  private explainRotation(): void {
    for (const secret of Object.values(this.roles))
      acknowledge(secret, 'SMG4', 'the migrations make a new password when asked to; functions find it by themselves');
    acknowledge(
      this.signing,
      'SMG4',
      "the shop's server holds it too, so that people renew it; two are valid meanwhile",
    );
    acknowledge(this.apiKeys, 'SMG4', 'it holds digests of keys, which are renewed one by one, by a command');
  }
}
