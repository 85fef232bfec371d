import { InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Ministack } from '../brackets/ministack.ts';

export type Aws = {
  s3: S3Client;
  lambda: LambdaClient;
  createSecret(name: string, text: string): Promise<void>;
  readSecret(name: string): Promise<string>;
  /** Invokes a function and gives what it answered. @throws with what it threw. */
  invoke(name: string, event?: unknown): Promise<unknown>;
  functionNames(): Promise<string[]>;
};

/** AWS as whoever owns the account sees it. */
export function connectAws({ endpoint }: Pick<Ministack, 'endpoint'>): Aws {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const options = { endpoint, region: 'us-east-1', credentials };
  const lambda = new LambdaClient(options);
  const secrets = new SecretsManagerClient(options);
  return {
    s3: new S3Client(options),
    lambda,
    async createSecret(name, text) {
      await secrets.send(new CreateSecretCommand({ Name: name, SecretString: text }));
    },
    async readSecret(name) {
      return (await secrets.send(new GetSecretValueCommand({ SecretId: name }))).SecretString ?? '';
    },
    async invoke(name, event = {}) {
      const command = new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event) });
      const { FunctionError, Payload } = await lambda.send(command);
      const answer = Payload?.transformToString() ?? '';
      if (FunctionError !== undefined) throw new Error(`${name} failed: ${answer}`);
      return JSON.parse(answer);
    },
    async functionNames() {
      const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
      return Functions.map(({ FunctionName = '' }) => FunctionName);
    },
  };
}
