import { createUserTokenVerifier } from '../../platform/http/user-token.ts';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import { Broadcast } from '../page/broadcast.ts';
import { bundleClient } from '../page/client-bundle.ts';
import { deadLetterTile } from '../page/dead-letters.ts';
import { createRejectionFeed } from '../page/rejections.ts';
import { createPageApp } from '../page/routes.ts';
import { type Query, readTiles, type Tile, viewTiles } from '../page/tiles.ts';
import { postEvents } from '../sender/post-events.ts';
import type { ShopPorts } from '../shop/routes.ts';
import type { ChildSettings } from '../system/child-settings.ts';
import type { Channel } from '../ways/channel.ts';
import { EventWays } from '../ways/event-ways.ts';
import { observeIngestion } from '../ways/observed-ingestion.ts';
import { createRowFinder } from '../ways/stored-rows.ts';

const PACE = { everyMs: 1_000, hurriedMs: 150 };
/** The consumers report for this long after they were last asked. */
const WATCH_MS = 3_000;
const ASK_EVERY_MS = 500;
/** A tile that takes longer is said to have failed; the next poll asks again. */
const TILE_TIMEOUT_SECONDS = 5;
/** A visitor who waits for an order gives up before that. */
const SEND_WITHIN_MS = 8_000;

/** The live page with what it looks at: the views as the BI role, rows as the reader, dead letters as the writer. */
export function createPage(settings: ChildSettings, channel: Channel, putRecord: ShopPorts['putRecord']) {
  const queryAs = (url: string): Query => {
    const database = createNeonDatabase(url, TILE_TIMEOUT_SECONDS);
    return (text) => database.query({ text, params: [] });
  };
  const sources = [...viewTiles(queryAs(settings.biUrl)), deadLetterTile(queryAs(settings.writerUrl))];
  const tiles = new Broadcast<readonly Tile[]>(() => readTiles(sources), PACE);
  const ways = new EventWays(createRowFinder(createNeonDatabase(settings.readerUrl)), () => tiles.hurry());
  const rejections = createRejectionFeed();
  const asking = setInterval(() => askConsumers(channel, ways), ASK_EVERY_MS);
  channel.listen((message) => {
    if (message.kind === 'invocation') ways.invoked(message);
  });
  const { origins } = settings;
  const app = createPageApp({
    origins,
    clientCode: bundleClient,
    tiles,
    ways,
    rejections,
    shop: shopPorts(settings, putRecord),
  });
  return {
    fetch: (request: Request) => app.fetch(request),
    observed: observeIngestion({
      isWatched: () => ways.isWatched,
      onValidated: ways.validated.bind(ways),
      onAcknowledged: ways.acknowledged.bind(ways),
      onRejected: rejections.add,
    }),
    stop: () => clearInterval(asking),
  };
}

function askConsumers(channel: Channel, ways: EventWays): void {
  if (ways.isWatched) channel.send({ kind: 'watch', untilMs: Date.now() + WATCH_MS });
}

function shopPorts(settings: ChildSettings, putRecord: ShopPorts['putRecord']): ShopPorts {
  const { port, publishableKey, secretKey, signingSecret, readerUrl } = settings;
  const target = { url: `http://127.0.0.1:${port}`, key: secretKey };
  const reader = createNeonDatabase(readerUrl);
  return {
    publishableKey,
    signingSecret,
    putRecord,
    userTokens: createUserTokenVerifier(async () => [signingSecret]),
    async send(event) {
      const verdict = await postEvents(target, [JSON.stringify(event)], { giveUpAfterMs: SEND_WITHIN_MS });
      const [refused] = verdict.rejected;
      if (refused !== undefined) throw new Error(`${refused.code}: ${refused.message}`);
    },
    async knownProducts(ids) {
      const text = 'select product_id, name, category from products where product_id = any($1::text[])';
      const rows = await reader.query({ text, params: [ids] });
      return rows as { product_id: string; name: string | null; category: string | null }[];
    },
  };
}
