import { setTimeout as sleep } from 'node:timers/promises';
import { type ServerType, serve } from '@hono/node-server';
import * as z from 'zod';
import { freePort } from '../../local/engines/free-port.ts';

type Fetch = (request: Request) => Response | Promise<Response>;

/** Instead of letting a request through: an answer, or `cut`: the API does its work and its answer is lost on the way. */
export type Fault = 'cut' | { status: number; headers?: Record<string, string>; body?: string };

export type Door = {
  url: string;
  /** The event ids of each POST that came, in the order of coming, whatever was answered. */
  posts: string[][];
  /** Applied to the next POSTs, one each. */
  faults: Fault[];
  /** How long each POST waits before it is let through. */
  delayMs: number;
  /** Nobody listens, and open connections end. */
  shut(): Promise<void>;
  /** Listens again on the same port. */
  open(): Promise<void>;
  close(): Promise<void>;
};

const postSchema = z.object({ events: z.array(z.object({ event_id: z.string() })) });

/** Serves an API on a port of the loopback address, as unreliably as the test asks. */
export async function openDoor(api: Fetch): Promise<Door> {
  const port = await freePort();
  let server: ServerType | undefined;
  const door: Door = {
    url: `http://127.0.0.1:${port}`,
    posts: [],
    faults: [],
    delayMs: 0,
    async open() {
      server ??= await listen(port, (request, cut) => letThrough(door, api, request, cut));
    },
    async shut() {
      const ending = server;
      server = undefined;
      if (ending !== undefined) await end(ending);
    },
    close: () => door.shut(),
  };
  await door.open();
  return door;
}

async function letThrough(door: Door, api: Fetch, request: Request, cut: () => void): Promise<Response> {
  if (request.method !== 'POST') return api(request);
  const { events } = postSchema.parse(await request.clone().json());
  door.posts.push(events.map(({ event_id }) => event_id));
  const fault = door.faults.shift();
  if (door.delayMs > 0) await sleep(door.delayMs);
  if (fault === undefined) return api(request);
  if (fault !== 'cut') return faultAnswer(fault, request);
  const answer = await api(request);
  cut();
  return answer;
}

function faultAnswer({ status, headers, body = '' }: Exclude<Fault, 'cut'>, request: Request): Response {
  const origin = request.headers.get('origin') ?? '*';
  const cors = { 'access-control-allow-origin': origin, 'access-control-expose-headers': 'retry-after' };
  return new Response(body, { status, headers: { ...cors, ...headers } });
}

function listen(port: number, answer: (request: Request, cut: () => void) => Promise<Response>): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve(
      {
        fetch: (request, env) => answer(request, () => void ('incoming' in env && env.incoming.socket.destroy())),
        ...{ port, hostname: '127.0.0.1' },
      },
      () => resolve(server),
    );
    server.once('error', reject);
  });
}

async function end(server: ServerType): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  if ('closeAllConnections' in server) server.closeAllConnections();
  await closed;
}
