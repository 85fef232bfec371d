import { Logger } from '@aws-lambda-powertools/logger';

/** A JSON logger for one function. Log what happened and how much, never payloads, keys or connection strings. */
export function createLogger(serviceName: string): Logger {
  return new Logger({ serviceName });
}
