import type { StageInput, StageName } from '../../platform/stage-settings.ts';

const settings = {
  origins: ['https://shop.example', 'http://localhost:5173'],
  alarmEmail: 'ops@shop.example',
  internalAddresses: ['192.0.2.7'],
  defaultCurrencies: { shop: 'EUR' },
} satisfies StageInput;

/** Each way to deploy, with what a shop would set. */
export const profiles = {
  standard: { stage: 'dev', settings: { ...settings, kafka: { kind: 'standard' } } },
  express: {
    stage: 'prod',
    settings: {
      ...settings,
      tracing: true,
      kafka: { kind: 'express' },
      quickSight: {
        host: 'ep-quiet-sea-a1b2c3d4.eu-west-1.aws.neon.tech',
        viewers: ['arn:aws:quicksight:eu-west-1:111122223333:group/default/shop'],
        authors: ['arn:aws:quicksight:us-east-1:111122223333:user/default/analyst@shop.example'],
      },
    },
  },
  msk: {
    stage: 'prod',
    settings: {
      ...settings,
      // Its topics were read from their beginning once.
      consumerGeneration: 2,
      kafka: {
        kind: 'msk',
        clusterArn: 'arn:aws:kafka:eu-west-1:111122223333:cluster/shop/0f0f0f0f-1111-2222-3333-444455556666-7',
        bootstrapServers: ['b-1.shop.kafka.eu-west-1.amazonaws.com:9098'],
        vpcId: 'vpc-0123456789abcdef0',
        subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1', 'subnet-0123456789abcdef2'],
        securityGroupId: 'sg-0123456789abcdef0',
      },
      training: {
        kind: 'emr-serverless',
        subnetIds: ['subnet-0123456789abcdef3', 'subnet-0123456789abcdef4'],
        securityGroupIds: ['sg-0123456789abcdef1'],
      },
    },
  },
  kafka: {
    stage: 'dev',
    // Servers alone send events: no page may.
    settings: {
      ...settings,
      origins: [],
      batchingWindowSeconds: 0,
      kafka: { kind: 'kafka', bootstrapServers: ['broker.shop.example:9096'], secretName: 'shop/kafka' },
    },
  },
} as const satisfies Record<string, { stage: StageName; settings: StageInput }>;

export type ProfileName = keyof typeof profiles;
export const profileNames = Object.keys(profiles) as ProfileName[];
