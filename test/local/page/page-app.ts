import type { Hono } from 'hono';
import { Broadcast } from '../../../local/page/broadcast.ts';
import { createRejectionFeed } from '../../../local/page/rejections.ts';
import { createPageApp, type PagePorts } from '../../../local/page/routes.ts';
import { readTiles, type Tile, type TileSource } from '../../../local/page/tiles.ts';
import type { ShopPorts } from '../../../local/shop/routes.ts';
import { EventWays } from '../../../local/ways/event-ways.ts';
import { createUserTokenVerifier } from '../../../platform/http/user-token.ts';

export const ORIGIN = 'http://localhost';
export const SIGNING_SECRET = 'a signing secret of 32 characters or more';

/** The page without a system behind it; what a test wants to see is given. */
export function pageApp(
  given: Partial<Omit<PagePorts, 'shop'>> & { sources?: TileSource[]; shop?: Partial<ShopPorts> } = {},
): Hono {
  const { sources = [], shop, ...ports } = given;
  return createPageApp({
    origins: [ORIGIN],
    clientCode: async () => 'export const createTracker = () => undefined;',
    tiles: new Broadcast<readonly Tile[]>(() => readTiles(sources), { everyMs: 50, hurriedMs: 10 }),
    ways: new EventWays(async () => new Map()),
    rejections: createRejectionFeed(),
    ...ports,
    shop: {
      publishableKey: 'pk_page',
      signingSecret: SIGNING_SECRET,
      userTokens: createUserTokenVerifier(async () => [SIGNING_SECRET]),
      send: async () => undefined,
      putRecord: async () => undefined,
      knownProducts: async () => [],
      ...shop,
    },
  });
}

/** Reads messages of a stream until one satisfies `isWanted`, and ends it. */
export async function messageOf(
  response: Response,
  isWanted: (event: string, data: unknown) => boolean,
): Promise<unknown> {
  const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  try {
    for (let text = ''; ; ) {
      const { value, done } = await reader.read();
      if (done) throw new Error('the stream ended');
      text += value;
      const messages = text.split('\n\n');
      text = messages.pop() ?? '';
      for (const [, event = '', json = 'null'] of messages.map((each) => /^event: (.*)\ndata: (.*)$/.exec(each) ?? []))
        if (isWanted(event, JSON.parse(json))) return JSON.parse(json);
    }
  } finally {
    await reader.cancel();
  }
}
