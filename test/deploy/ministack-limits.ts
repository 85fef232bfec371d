/** Why a resource cannot be deployed to ministack, and what stands for it. */
export type Removal = {
  /** Not every resource of the type; all when absent. */
  when?: (properties: Properties) => boolean;
  /** What its attributes are (`Ref` for its id), where others ask for them. */
  values?: Readonly<Record<string, string | number>>;
};
export type Properties = Readonly<Record<string, unknown>>;

/** Brokers that are nowhere: port 1 of the loopback address refuses at once. */
const NO_BROKERS = '127.0.0.1:1';
const CLUSTER_ARN = 'arn:aws:kafka:us-east-1:000000000000:cluster/stripped/11111111-2222-3333-4444-555555555555-1';

/** All that is ever taken out, by type. ministack refuses a template with any of the first six. */
export const removals: Readonly<Record<string, Removal>> = {
  'AWS::EC2::FlowLog': {},
  'AWS::EC2::SecurityGroupEgress': {},
  'AWS::EC2::SecurityGroupIngress': {},
  'AWS::MSK::Cluster': { values: { Ref: CLUSTER_ARN, Arn: CLUSTER_ARN } },
  'AWS::MSK::Configuration': {},
  'AWS::MSK::Topic': {},
  /** These ask MSK and EC2 for what there is none of without a cluster. */
  'Custom::AWS': { values: { BootstrapBrokerStringSaslIam: NO_BROKERS, 'PrefixLists.0.PrefixListId': 'pl-1' } },
  /** Its function asks by a client of AWS's SDK that Lambda has and this repository has not. */
  'Custom::VpcRestrictDefaultSG': {},
  /** It knows alarms on a metric, none that calculate. */
  'AWS::CloudWatch::Alarm': { when: (properties) => 'Metrics' in properties },
};

/** What it takes otherwise than AWS: the same, said so that it understands. */
export const rewrites: Readonly<Record<string, (properties: Properties) => Properties>> = {
  /** It overlooks `ExcludePunctuation`, and heeds `ExcludeCharacters`. */
  'AWS::SecretsManager::Secret': ({ GenerateSecretString: generator, ...properties }) =>
    generator === undefined
      ? properties
      : { ...properties, GenerateSecretString: { ...(generator as Properties), ExcludeCharacters: PUNCTUATION } },
};

/** Attributes to ask for instead, by type: its `Ref` of a secret is the name, in AWS the ARN. */
export const sameAttribute: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'AWS::SecretsManager::Secret': { Ref: 'Id' },
};

const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';
