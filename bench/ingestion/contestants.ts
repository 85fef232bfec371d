import { once } from 'node:events';
import { join } from 'node:path';
import { freePort } from '../../local/engines/free-port.ts';
import { type ChildOptions, startChild } from '../../local/system/child.ts';
import { settingsEnvironment } from '../../local/system/child-settings.ts';
import { hashKey } from '../../platform/http/keys.ts';
import type { Scratch } from '../engines/with-scratch.ts';
import { createKeepAliveClient } from '../http/keep-alive-client.ts';
import { bodiesOf } from './bodies.ts';

/** One of those that are compared, running. `send` has so many bodies of so many events answered, and gives their times in milliseconds. */
export type Contestant = {
  name: string;
  pid: number;
  send(events: number, requests: number, inFlight: number): Promise<number[]>;
};

const KEY = 'sk_bench';
const NOBODY_LISTENS = '127.0.0.1:9';
const NO_DATABASE = `postgres://nobody@${NOBODY_LISTENS}/none`;

/** `trees`: those of the contestants that are this repository in one state or another, by name. */
type Setting = { scratch: Scratch; brokers: string[]; trees: ReadonlyMap<string, URL> };

async function startProcess(
  { scratch }: Setting,
  options: Pick<ChildOptions, 'name' | 'entry' | 'env'> & { args: string[] },
) {
  const messages = new EventTarget();
  const logFile = join(scratch.folder, `${options.name}.log`);
  const onMessage = (message: unknown) => messages.dispatchEvent(new CustomEvent('message', { detail: message }));
  const child = await startChild({ ...options, logFile, awaitsReady: true, onMessage });
  const pid = child.pid ?? 0;
  scratch.ending({ pid, stop: child.stop });
  const died = child.exited.then(() => Promise.reject(new Error(`${options.name} ended; its log is ${logFile}`)));
  died.catch(() => undefined);
  return { pid, messages, died, tell: child.tell };
}

/** A function in a process that does what Lambda's runtime does: one request at a time, whatever is asked for. */
export async function startFunction(setting: Setting, name: string): Promise<Contestant> {
  const { brokers, trees } = setting;
  const tree = trees.get(name);
  const env = {
    KAFKA_BROKERS: brokers.join(),
    KAFKA_AUTH: 'none',
    AWS_REGION: 'eu-central-1',
    POWERTOOLS_METRICS_NAMESPACE: 'bench',
  };
  const entry = new URL('./function-process.ts', import.meta.url);
  const args = [tree === undefined ? name : 'ours', brokers.join(), tree?.href ?? import.meta.url];
  const process = await startProcess(setting, { name: `function ${name}`, entry, args, env });
  return {
    name,
    pid: process.pid,
    async send(events, invocations) {
      const answered = once(process.messages, 'message');
      process.tell({ events, invocations });
      const [message] = await Promise.race([answered, process.died]);
      return (message as CustomEvent<number[]>).detail;
    },
  };
}

/** A server that is sent to over as many connections as requests are in flight. */
export async function startServer(setting: Setting, name: string): Promise<Contestant> {
  const port = await freePort();
  const tree = setting.trees.get(name);
  const command = tree === undefined ? rivalServer(setting, name, port) : ourServer(setting, tree, port);
  const { pid, died } = await startProcess(setting, { name: `server ${name}`, ...command });
  const headers = { 'content-type': 'application/json', 'x-api-key': KEY };
  const client = createKeepAliveClient(`http://127.0.0.1:${port}`, headers);
  const bodies = new Map<number, string[]>();
  return {
    name,
    pid,
    async send(events, requests, inFlight) {
      const ofSize = bodies.get(events) ?? bodiesOf(events);
      bodies.set(events, ofSize);
      const times: number[] = [];
      let sent = 0;
      const sendInTurn = async () => {
        while (sent < requests) {
          sent += 1;
          const { status, text, ms } = await client.send('POST', '/events', ofSize[sent % ofSize.length]);
          if (status !== 202) throw new Error(`${name} answered ${status}: ${text}`);
          times.push(ms);
        }
      };
      await Promise.race([Promise.all(Array.from({ length: inFlight }, sendInTurn)), died]);
      return times;
    },
  };
}

function rivalServer({ brokers }: Setting, name: string, port: number) {
  const entry = new URL('./rival-server.ts', import.meta.url);
  return { entry, args: [name, String(port), brokers.join()], env: {} };
}

/** The API's process of `npm start`, whose other routes have no database here. */
function ourServer({ brokers }: Setting, tree: URL, port: number) {
  const urls = { writerUrl: NO_DATABASE, readerUrl: NO_DATABASE, biUrl: NO_DATABASE };
  const settings = {
    ...{ port, brokers, origins: [], defaultCurrencies: {} },
    keyEntries: [{ hash: hashKey(KEY), class: 'sk' as const, source: 'shop', origins: [] }],
    ...{ publishableKey: '', secretKey: KEY, signingSecret: '' },
    ...{ ...urls, catalogueUrl: NO_DATABASE, peopleUrl: NO_DATABASE },
    neon: { fetchEndpoint: `http://${NOBODY_LISTENS}/sql`, wsProxy: NOBODY_LISTENS },
  };
  const env = { ...settingsEnvironment(settings), POWERTOOLS_LOG_LEVEL: 'WARN', POWERTOOLS_METRICS_DISABLED: 'true' };
  return { entry: new URL('local/processes/serve.ts', tree), args: ['api'], env };
}
