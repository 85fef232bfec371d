import { type EventSourceMappingOptions, type IFunction, SourceAccessConfigurationType } from 'aws-cdk-lib/aws-lambda';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { EventLog } from './event-log.ts';

/** The log in any other Kafka, reached over TLS from outside of a VPC; everybody is the same SCRAM user. */
export class ScramLog implements EventLog {
  readonly placement = undefined;
  readonly topics: { replicationFactor: number };
  readonly monitored = undefined;
  private readonly credentials: ISecret;
  private readonly bootstrapServers: string[];

  constructor(props: { bootstrapServers: string[]; credentials: ISecret; replicationFactor: number }) {
    this.credentials = props.credentials;
    this.topics = { replicationFactor: props.replicationFactor };
    this.bootstrapServers = props.bootstrapServers;
  }

  publisherEnvironment(): Record<string, string> {
    return {
      KAFKA_AUTH: 'scram',
      KAFKA_BROKERS: this.bootstrapServers.join(','),
      KAFKA_SECRET_ARN: this.credentials.secretArn,
    };
  }

  grantPublish(publisher: IFunction): void {
    this.credentials.grantRead(publisher);
  }

  grantRead(consumer: IFunction): void {
    this.credentials.grantRead(consumer);
  }

  eventSource(): EventSourceMappingOptions {
    return {
      kafkaBootstrapServers: this.bootstrapServers,
      sourceAccessConfigurations: [
        { type: SourceAccessConfigurationType.SASL_SCRAM_512_AUTH, uri: this.credentials.secretArn },
      ],
    };
  }
}
