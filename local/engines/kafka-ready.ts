import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { BazaarError, messageOf } from '../../platform/errors.ts';

const POLL_MS = 100;
const REQUEST_TIMEOUT_MS = 3_000;

/** Waits until the broker leads itself and answers. Throws `BazaarError` (`engine_failed`) after `timeoutMs`. */
export async function waitForKafka(brokers: string[], timeoutMs: number, signal?: AbortSignal): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const failure = await askCluster(brokers).then(() => undefined, messageOf);
    if (failure === undefined) return;
    if (signal?.aborted === true) throw new BazaarError('engine_failed', 'kafka ended while it was starting');
    if (Date.now() > deadline)
      throw new BazaarError(
        'engine_failed',
        `kafka at ${brokers.join(',')} does not answer within ${timeoutMs} ms: ${failure}`,
      );
    await sleep(POLL_MS);
  }
}

async function askCluster(brokers: string[]): Promise<void> {
  const kafka = new Kafka({
    brokers,
    logLevel: logLevel.NOTHING,
    connectionTimeout: REQUEST_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: { retries: 0 },
  });
  const admin = kafka.admin();
  try {
    await admin.connect();
    await admin.describeCluster();
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}
