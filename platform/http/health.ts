import type { HttpApp } from './app.ts';

/** A part that a function reaches: resolves when it answers. Each check bounds its own wait. */
export type HealthCheck = () => Promise<unknown>;

/** Anyone may ask for the state: however many ask, a part is asked once in this time. */
const FRESH_MS = 1_000;

/** Answers at `path` with the parts and their state, 503 when one does not answer; says nothing more of why. */
export function addHealthRoute(app: HttpApp, path: string, checks: Readonly<Record<string, HealthCheck>>): void {
  const parts = Object.entries(checks).map(([name, check]) => ({ name, check: remembered(check) }));
  app.get(path, async (context) => {
    const results = await Promise.allSettled(parts.map(({ check }) => check()));
    const states = results.map(({ status }) => (status === 'fulfilled' ? 'ok' : 'down'));
    const healthy = states.every((state) => state === 'ok');
    const body = {
      status: healthy ? 'ok' : 'degraded',
      parts: Object.fromEntries(parts.map(({ name }, index) => [name, states[index]])),
    };
    return context.json(body, healthy ? 200 : 503);
  });
}

function remembered(check: HealthCheck): HealthCheck {
  let latest: { answer: Promise<unknown>; untilMs: number } | undefined;
  return () => {
    if (latest === undefined || Date.now() >= latest.untilMs)
      latest = { answer: check(), untilMs: Date.now() + FRESH_MS };
    return latest.answer;
  };
}
