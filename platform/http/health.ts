import type { HttpApp } from './app.ts';

/** A part that a function reaches: resolves when it answers. Each check bounds its own wait. */
export type HealthCheck = () => Promise<unknown>;

/** `GET /health`: the parts and their state, 503 when one does not answer; says nothing more of why. */
export function addHealthRoute(app: HttpApp, checks: Readonly<Record<string, HealthCheck>>): void {
  app.get('/health', async (context) => {
    const names = Object.keys(checks);
    const results = await Promise.allSettled(Object.values(checks).map((check) => check()));
    const parts = Object.fromEntries(
      names.map((name, index) => [name, results[index]?.status === 'fulfilled' ? 'ok' : 'down']),
    );
    const healthy = results.every(({ status }) => status === 'fulfilled');
    return context.json({ status: healthy ? 'ok' : 'degraded', parts }, healthy ? 200 : 503);
  });
}
