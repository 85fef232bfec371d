import type { Context } from 'hono';
import * as z from 'zod';
import { type RecommendationList, recommend, similarProducts, trendingProducts } from '../../ml/real-time-model.ts';
import { createTrendingMemory } from '../../ml/trending-memory.ts';
import { answerPreflight, requireKey } from '../../platform/http/access.ts';
import {
  createHttpApp,
  type ErrorLog,
  type HttpApp,
  type HttpVariables,
  refuseOtherMethods,
} from '../../platform/http/app.ts';
import type { CallerOf } from '../../platform/http/caller.ts';
import { orDatabaseUnavailable } from '../../platform/http/database-problem.ts';
import { addHealthRoute } from '../../platform/http/health.ts';
import { HttpProblem } from '../../platform/http/problem.ts';
import { DEFAULT_RATE_LIMIT, limitRate, type RateLimit } from '../../platform/http/rate-limit.ts';
import type { UserTokenVerifier } from '../../platform/http/user-token.ts';
import type { Database } from '../../repositories/database.ts';
import type { Visitor } from '../../repositories/recommendations.repository.ts';
import { readPathId } from '../http/request-parameters.ts';
import { readListParameters, readPersonParameters, readSimilarParameters } from './parameters.ts';

export type RecommendOptions = {
  database: Database;
  callerOf: CallerOf;
  userTokens: UserTokenVerifier;
  pinnedOrigins: ReadonlySet<string>;
  rateLimit?: RateLimit;
  addressOf: (request: Request) => string;
  log: ErrorLog;
  now?: () => Date;
};

const ROUTES = ['/recommendations/:userId', '/products/:productId/similar', '/trending'];

/** The routes that recommend: for a person, beside a product, and for everybody. */
export function createRecommendApp(options: RecommendOptions): HttpApp {
  const { database, callerOf, pinnedOrigins, rateLimit = DEFAULT_RATE_LIMIT, addressOf, log } = options;
  const app = createHttpApp(log);
  const trending = createTrendingMemory(options.now);
  const limited = limitRate(rateLimit, addressOf);
  for (const route of ROUTES) {
    app.options(route, answerPreflight(pinnedOrigins, 'GET'));
    app.get(route, requireKey(callerOf, ['pk', 'sk']), limited);
  }
  app.get('/recommendations/:userId', async (context) => {
    const userId = readPathId('userId', context.req.param('userId'));
    const query = readPersonParameters(context.req.raw);
    const visitor = await visitorOf(context, userId, options.userTokens);
    const list = await available(recommend(database, { visitor, ...query }, trending), log);
    return context.json({ user_id: userId, ...answer(list, options) });
  });
  app.get('/products/:productId/similar', async (context) => {
    const productId = readPathId('productId', context.req.param('productId'));
    const query = readSimilarParameters(context.req.raw);
    return context.json(answer(await available(similarProducts(database, { productId, ...query }), log), options));
  });
  app.get('/trending', async (context) => {
    const query = readListParameters(context.req.raw);
    return context.json(answer(await available(trendingProducts(database, query, trending), log), options));
  });
  for (const route of ROUTES) refuseOtherMethods(app, route, 'GET, OPTIONS');
  addDatabaseHealth(app, database);
  return app;
}

function addDatabaseHealth(app: HttpApp, database: Database): void {
  const path = '/health/database';
  addHealthRoute(app, path, { database: () => database.query({ text: 'select 1', params: [] }) });
  refuseOtherMethods(app, path, 'GET');
}

function answer({ modelVersion, items }: RecommendationList, { now = () => new Date() }: RecommendOptions) {
  return { model_version: modelVersion, generated_at: now().toISOString(), recommendations: items };
}

/**
 * Whom this key may read. A publishable key reads the rows that carry an anonymous id, which only its visitor knows; for
 * anybody else the shop's server must vouch. The refusal is the same whether the person exists or not.
 */
async function visitorOf(context: Context<HttpVariables>, userId: string, tokens: UserTokenVerifier): Promise<Visitor> {
  if (context.get('caller').keyClass === 'sk') return { id: userId, followLinks: true };
  if (await tokens.vouches(context.req.header('x-user-token'), userId)) return { id: userId, followLinks: true };
  if (z.guid().safeParse(userId).success) return { id: userId, followLinks: false };
  throw new HttpProblem(
    403,
    'forbidden_user',
    'a publishable key reads anonymous ids (UUIDs); for a user send x-user-token',
  );
}

const available = <T>(work: Promise<T>, log: ErrorLog): Promise<T> =>
  orDatabaseUnavailable(work, log, 'the database does not answer; try again');
