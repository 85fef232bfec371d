import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { Topic } from '../../events/topics.ts';
import { BazaarError } from '../../platform/errors.ts';
import type { Invoke } from './replay.ts';

/** The consumers' time-out, 120 s, and the way there and back. One that ran longer would get its batch again. */
export const LONGEST_INVOCATION_MS = 125_000;

/**
 * Invokes the function that consumes the topic and waits for its end.
 *
 * Errors: `BazaarError` (`consumer_failed`) when the function threw; its answer is left out, since it may quote records.
 */
export function createInvoke(client: LambdaClient, functionNames: Readonly<Record<Topic, string>>): Invoke {
  return async (topic, event) => {
    const name = functionNames[topic];
    const { FunctionError } = await client.send(
      new InvokeCommand({ FunctionName: name, InvocationType: 'RequestResponse', Payload: JSON.stringify(event) }),
      { abortSignal: AbortSignal.timeout(LONGEST_INVOCATION_MS) },
    );
    if (FunctionError !== undefined)
      throw new BazaarError('consumer_failed', `function ${name} failed (${FunctionError}); its log says why`);
  };
}
