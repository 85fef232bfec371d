import { once } from 'node:events';
import { join } from 'node:path';
import * as z from 'zod';
import { topicNames } from '../../events/topics.ts';
import type { Postgres } from '../../local/engines/postgres.ts';
import { type ChildOptions, startChild } from '../../local/system/child.ts';
import { urlOfRole } from '../engines/with-engines.ts';
import type { Scratch } from '../engines/with-scratch.ts';
import type { FunctionRequest } from './functions-process.ts';

const number = z.number();
const callSchema = z.object({
  ...{ topic: z.enum(topicNames).optional(), events: z.int().default(0), ms: number, functionMs: number },
  ...{ databaseMs: number, walBytes: number, toNeon: number, fromNeon: number },
});
/** What one invocation took; `topic` and `events` of a consumer's. */
export type FunctionCall = z.output<typeof callSchema>;
export type Functions = { ask(request: FunctionRequest): Promise<FunctionCall[]> };

/** The functions in a process of their own, and what stands for Neon's proxy in another, as Neon bills neither. */
export async function startFunctions(scratch: Scratch, postgres: Postgres, events: number): Promise<Functions> {
  let fetchEndpoint = '';
  await start(scratch, {
    name: 'proxy',
    entry: new URL('../topic-to-tables/proxy-process.ts', import.meta.url),
    args: [postgres.url],
    onMessage: (message) => {
      ({ fetchEndpoint } = z.object({ fetchEndpoint: z.string() }).parse(message));
    },
  });
  const messages = new EventTarget();
  const urls = {
    writerUrl: urlOfRole(postgres.url, 'bazaar_writer'),
    readerUrl: urlOfRole(postgres.url, 'bazaar_reader'),
    adminUrl: postgres.adminUrl,
  };
  const child = await start(scratch, {
    name: 'functions',
    entry: new URL('./functions-process.ts', import.meta.url),
    args: [JSON.stringify({ fetchEndpoint, ...urls, events })],
    onMessage: (message) => messages.dispatchEvent(new CustomEvent('message', { detail: message })),
  });
  const died = child.exited.then(() => Promise.reject(new Error('the functions ended; see their log')));
  died.catch(() => undefined);
  return {
    async ask(request) {
      const answered = once(messages, 'message');
      child.tell(request);
      const [message] = await Promise.race([answered, died]);
      return z.array(callSchema).parse((message as CustomEvent).detail);
    },
  };
}

async function start(
  { folder, ending }: Scratch,
  options: Pick<ChildOptions, 'name' | 'entry' | 'args' | 'onMessage'>,
) {
  const env = { POWERTOOLS_METRICS_NAMESPACE: 'bench' };
  const logFile = join(folder, `${options.name}.log`);
  const child = await startChild({ ...options, env, logFile, awaitsReady: true });
  ending({ pid: child.pid ?? 0, stop: child.stop });
  return child;
}
