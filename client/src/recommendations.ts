import { ask, type Server } from './server.ts';
import { RECOMMENDATIONS_TIMEOUT_MS } from './waits.ts';

export type Recommendation = { product_id: string; score: number; reason: string };

/** What `GET /recommendations/{userId}` takes. */
export type RecommendationQuery = {
  /** 1 to 100, 20 when absent. */
  limit?: number | undefined;
  /** The page that the visitor is on. */
  product_id?: string | undefined;
  mode?: 'discover' | 'continue' | undefined;
  category?: string | undefined;
  same_category?: boolean | undefined;
  min_price?: number | string | undefined;
  max_price?: number | string | undefined;
  currency?: string | undefined;
  exclude?: readonly string[] | undefined;
  exclude_purchased?: boolean | undefined;
  rebuy_category?: readonly string[] | undefined;
  max_per_category?: number | undefined;
};

/** Asks for a person's recommendations. @throws Error with the status and what the server says of it. */
export async function fetchRecommendations(
  server: Server,
  userId: string,
  query: RecommendationQuery,
  userToken?: string,
): Promise<Recommendation[]> {
  const parameters = new URLSearchParams();
  for (const [name, given] of Object.entries(query))
    for (const value of [given].flat()) if (value !== undefined) parameters.append(name, String(value));
  const path = `/recommendations/${encodeURIComponent(userId)}?${parameters}`;
  const headers: Record<string, string> = userToken === undefined ? {} : { 'x-user-token': userToken };
  const { status, answer } = await ask(server, path, { headers, timeoutMs: RECOMMENDATIONS_TIMEOUT_MS });
  if (Array.isArray(answer.recommendations)) return answer.recommendations;
  throw new Error(`no recommendations: ${status} ${answer.detail}`);
}
