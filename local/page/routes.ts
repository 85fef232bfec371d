import { Hono } from 'hono';
import { id } from '../../events/fields.ts';
import { createShopApp, type ShopPorts } from '../shop/routes.ts';
import type { EventWays } from '../ways/event-ways.ts';
import { serveAssets } from './assets.ts';
import type { Broadcast } from './broadcast.ts';
import { ownPageOnly } from './guard.ts';
import { liveStream } from './live-stream.ts';
import type { RejectionFeed } from './rejections.ts';
import type { Tile } from './tiles.ts';

export type PagePorts = {
  /** Where the page may be opened. */
  origins: readonly string[];
  /** The client library for browsers, as one module. */
  clientCode: () => Promise<string>;
  tiles: Broadcast<readonly Tile[]>;
  ways: EventWays;
  rejections: RejectionFeed;
  shop: ShopPorts;
};

/** Windows open at a time. */
const MAX_STREAMS = 100;
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** The live page at `/`, its files under `/page`, its stream at `/live`, and the server of its demo shop under `/shop`. */
export function createPageApp(ports: PagePorts): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) context.header(name, value);
  });
  app.use(ownPageOnly(ports.origins));
  serveAssets(app, ports.clientCode);
  serveStream(app, ports);
  app.route('/shop', createShopApp(ports.shop));
  return app;
}

function serveStream(app: Hono, { tiles, ways, rejections }: PagePorts): void {
  let open = 0;
  app.get('/live', (context) => {
    const visitor = id.safeParse(context.req.query('visitor'));
    if (!visitor.success) return context.json({ detail: 'visitor must have 1 to 200 characters' }, 400);
    if (open >= MAX_STREAMS) return context.json({ detail: `at most ${MAX_STREAMS} windows may be open` }, 503);
    open += 1;
    const sources = {
      tiles: tiles.subscribe.bind(tiles),
      ways: ways.watch.bind(ways),
      rejections: rejections.subscribe,
    };
    const stream = liveStream(visitor.data, sources, () => {
      open -= 1;
    });
    return context.body(stream, 200, { 'content-type': 'text/event-stream' });
  });
}
