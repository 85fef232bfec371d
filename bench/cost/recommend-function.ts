import { createRecommendApp } from '../../lambdas/recommend/app.ts';
import { callerByKey } from '../../platform/http/caller.ts';
import { createKeyring, hashKey } from '../../platform/http/keys.ts';
import { createUserTokenVerifier } from '../../platform/http/user-token.ts';
import { createLogger } from '../../platform/logger.ts';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import type { Seen } from './shop-windows.ts';

const KEY = 'sk_bench';

/**
 * The production app that answers recommendations. Of four requests two are for visitors who came lately, one is for such a
 * visitor's page, one for a stranger.
 */
export function createAsking(readerUrl: string): (nth: number, seen: Seen | undefined) => Promise<void> {
  const app = createRecommendApp({
    database: createNeonDatabase(readerUrl),
    addressOf: () => '127.0.0.1',
    callerOf: callerByKey(createKeyring([{ hash: hashKey(KEY), class: 'sk', source: 'shop', origins: [] }])),
    userTokens: createUserTokenVerifier(async () => []),
    pinnedOrigins: new Set(),
    log: createLogger('recommend'),
  });
  return async (nth, seen) => {
    const visitor = nth % 4 === 3 ? `stranger-${nth}` : seen?.visitor;
    const page = nth % 4 === 1 ? `?product_id=${seen?.product}` : '';
    const response = await app.request(`/recommendations/${visitor}${page}`, { headers: { 'x-api-key': KEY } });
    if (response.status !== 200) throw new Error(`the function answered ${response.status}: ${await response.text()}`);
  };
}
