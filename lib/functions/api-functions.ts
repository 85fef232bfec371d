import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { currencyDecimals } from '../../events/currencies.ts';
import { BazaarError } from '../../platform/errors.ts';
import type { StageSettings } from '../../platform/stage-settings.ts';
import type { DataStack } from '../data-stack.ts';
import { BundledFunction } from './bundled-function.ts';
import { databaseEnvironment } from './database-environment.ts';
import { grantNetworkInterfaces } from './network-interfaces.ts';

/** Below the gateway's 30 s, above the publisher's own 20 s: the answer is ours, whatever happens. */
const INGESTION_TIMEOUT = Duration.seconds(28);
/** Two questions to the database (7 s each at most), where the first finds a rotated password. */
const RECOMMEND_TIMEOUT = Duration.seconds(20);
/** Below the gateway's 30 s, above what the database may take (17 s). */
const CATALOGUE_TIMEOUT = Duration.seconds(28);
/** Below the gateway's 30 s, above the 14 s after which no further step begins and the 13 s of the last one. */
const PEOPLE_TIMEOUT = Duration.seconds(28);
const AUTHORIZER_TIMEOUT = Duration.seconds(10);

type Props = { settings: StageSettings; data: DataStack };

/** The functions behind the HTTP API. */
export class ApiFunctions extends Construct {
  readonly authorizer: BundledFunction;
  readonly ingestion: BundledFunction;
  readonly recommend: BundledFunction;
  readonly catalogue: BundledFunction;
  readonly people: BundledFunction;

  constructor(scope: Construct, id: string, props: Props) {
    super(scope, id);
    this.authorizer = this.createAuthorizer(props);
    this.ingestion = this.createIngestion(props);
    this.recommend = this.createRecommend(props);
    this.catalogue = this.createCatalogue(props);
    this.people = this.createPeople(props);
  }

  private createAuthorizer({ settings, data: { secrets } }: Props): BundledFunction {
    const authorizer = new BundledFunction(this, 'AuthorizeLambda', {
      settings,
      name: 'authorize',
      folder: 'lambdas/authorize',
      description: 'tells whose key a request carries',
      timeout: AUTHORIZER_TIMEOUT,
      memoryMib: 256,
      environment: { API_KEYS_SECRET_ARN: secrets.apiKeys.secretArn },
    });
    secrets.apiKeys.grantRead(authorizer);
    return authorizer;
  }

  private createIngestion({ settings, data: { log } }: Props): BundledFunction {
    const ingestion = new BundledFunction(this, 'IngestionLambda', {
      settings,
      name: 'ingestion',
      folder: 'ingestion',
      description: 'validates events and publishes them',
      timeout: INGESTION_TIMEOUT,
      memoryMib: 1024,
      placement: log.placement,
      environment: {
        ...log.publisherEnvironment(this),
        INTERNAL_ADDRESSES: settings.internalAddresses.join(','),
        ALLOW_UNTRUSTED_PURCHASES: String(settings.allowUntrustedPurchases),
        DEFAULT_CURRENCIES: JSON.stringify(knownCurrencies(settings)),
      },
    });
    if (log.placement !== undefined) grantNetworkInterfaces(ingestion, 'function');
    log.grantPublish(ingestion);
    return ingestion;
  }

  private createRecommend({ settings, data: { secrets } }: Props): BundledFunction {
    const recommend = new BundledFunction(this, 'RecommendLambda', {
      settings,
      name: 'recommend',
      folder: 'lambdas/recommend',
      description: 'recommends from the newest rows',
      timeout: RECOMMEND_TIMEOUT,
      memoryMib: 512,
      environment: {
        ...databaseEnvironment(settings, secrets.roles.reader),
        SIGNING_SECRET_ARN: secrets.signing.secretArn,
      },
    });
    secrets.roles.reader.grantRead(recommend);
    secrets.signing.grantRead(recommend);
    return recommend;
  }

  private createCatalogue({ settings, data: { secrets } }: Props): BundledFunction {
    const catalogue = new BundledFunction(this, 'CatalogueLambda', {
      settings,
      name: 'catalogue',
      folder: 'lambdas/catalogue',
      description: 'stores what the shop says of its products',
      timeout: CATALOGUE_TIMEOUT,
      memoryMib: 512,
      environment: databaseEnvironment(settings, secrets.roles.catalogue),
    });
    secrets.roles.catalogue.grantRead(catalogue);
    return catalogue;
  }

  private createPeople({ settings, data: { secrets } }: Props): BundledFunction {
    const people = new BundledFunction(this, 'PeopleLambda', {
      settings,
      name: 'people',
      folder: 'lambdas/people',
      description: 'erases people, and exports what is held on them',
      timeout: PEOPLE_TIMEOUT,
      memoryMib: 512,
      environment: databaseEnvironment(settings, secrets.roles.people),
    });
    secrets.roles.people.grantRead(people);
    return people;
  }
}

/** The setting, of codes that ISO 4217 lists: with another one the function would not start. */
function knownCurrencies({ stage, defaultCurrencies }: StageSettings): StageSettings['defaultCurrencies'] {
  for (const [source, code] of Object.entries(defaultCurrencies))
    if (currencyDecimals(code) === undefined)
      throw new BazaarError(
        'config_invalid',
        `the settings are wrong: stages.${stage}.defaultCurrencies.${source} is ${code}; allowed: ISO 4217 currency codes`,
      );
  return defaultCurrencies;
}
