import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Hono } from 'hono';
import { type Broadcast, createBroadcast } from './broadcast.ts';
import { readTiles, type Tile, type ViewQuery } from './tiles.ts';

export type PagePorts = {
  /** Runs one SELECT as the BI role. */
  readonly query: ViewQuery;
  /** Asks the public API for a visitor's recommendations, with a secret key that the page never sees. */
  readonly recommend: (userId: string) => Promise<Response>;
};

const POLL_EVERY_MS = 1_000;
const MAX_ID_CHARS = 200;
/** Snapshots that may wait for a slow browser; what comes after them is dropped, since the next one replaces it. */
const MAX_WAITING_SNAPSHOTS = 3;
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/** The live page at `/`, its script and style, the stream of tiles at `/live`, recommendations at `/live/visitor`. */
export function createPageApp({ query, recommend }: PagePorts): Hono {
  const app = new Hono();
  const broadcast = createBroadcast(() => readTiles(query), POLL_EVERY_MS);
  serveFile(app, '/', 'page.html', 'text/html; charset=utf-8');
  serveFile(app, '/page.css', 'page.css', 'text/css; charset=utf-8');
  serveFile(app, '/page.js', 'page.js', 'text/javascript; charset=utf-8');
  app.get('/live', () => {
    const headers = { ...SECURITY_HEADERS, 'content-type': 'text/event-stream' };
    return new Response(eventStream(broadcast), { headers });
  });
  app.get('/live/visitor', async (context) => {
    const id = context.req.query('id') ?? '';
    if (id === '' || id.length > MAX_ID_CHARS) return context.json({ detail: 'id must have 1 to 200 characters' }, 400);
    const answer = await recommend(id);
    return new Response(await answer.text(), {
      status: answer.status,
      headers: { ...SECURITY_HEADERS, 'content-type': 'application/json' },
    });
  });
  return app;
}

function serveFile(app: Hono, route: string, name: string, type: string): void {
  const content = readFileSync(join(import.meta.dirname, name), 'utf8');
  app.get(route, (context) => context.body(content, 200, { ...SECURITY_HEADERS, 'content-type': type }));
}

function eventStream(broadcast: Broadcast<Tile[]>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let leave = () => {};
  return new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode('retry: 2000\n\n'));
      leave = broadcast.subscribe((tiles) => {
        if ((controller.desiredSize ?? 0) < -MAX_WAITING_SNAPSHOTS) return;
        controller.enqueue(encoder.encode(`event: tiles\ndata: ${JSON.stringify(tiles)}\n\n`));
      });
    },
    cancel: () => leave(),
  });
}
