import { mkdir, writeFile } from 'node:fs/promises';
import pg from 'pg';
import { quantiles } from '../report/quantiles.ts';

export const VIEWS = [
  'active_sessions',
  'top_viewed_items',
  'cart_trends',
  'realtime_revenue',
  'conversion_funnel',
] as const;
const ROUNDS = 60;
const PLANS = new URL('../results/dashboards-plans/', import.meta.url);

export type ViewTimes = { view: string; rows: number; first_ms: number; p50: number; p95: number; max: number };

async function timed(client: pg.Client, view: string): Promise<{ ms: number; rows: number }> {
  const start = performance.now();
  const { rows } = await client.query(`select * from analytics.${view}`);
  return { ms: performance.now() - start, rows: rows.length };
}

/**
 * Times of every view over one connection, in turns as a dashboard asks for them.
 *
 * @param biUrl as the role that BI tools have. The first call is the connection's first, of a server that has just started.
 */
export async function measureViews(biUrl: string): Promise<ViewTimes[]> {
  const client = new pg.Client({ connectionString: biUrl });
  await client.connect();
  try {
    const times = new Map<string, number[]>();
    const first = new Map<string, { ms: number; rows: number }>();
    for (const view of VIEWS) first.set(view, await timed(client, view));
    for (let round = 0; round < ROUNDS; round += 1)
      for (const view of VIEWS) times.set(view, [...(times.get(view) ?? []), (await timed(client, view)).ms]);
    return VIEWS.map((view) => {
      const { p50, p95, max } = quantiles(times.get(view) ?? []);
      const { ms = Number.NaN, rows = 0 } = first.get(view) ?? {};
      return { view, rows, first_ms: Math.round(ms * 10) / 10, p50, p95, max };
    });
  } finally {
    await client.end();
  }
}

/** Writes the plan of each view, as it was run, to `results/dashboards-plans/NAME/VIEW.txt`. */
export async function writePlans(biUrl: string, name: string): Promise<void> {
  const folder = new URL(`${name}/`, PLANS);
  await mkdir(folder, { recursive: true });
  const client = new pg.Client({ connectionString: biUrl });
  await client.connect();
  try {
    for (const view of VIEWS) {
      const { rows } = await client.query(`explain (analyze, buffers) select * from analytics.${view}`);
      const text = rows.map((row) => String(row['QUERY PLAN'])).join('\n');
      await writeFile(new URL(`${view}.txt`, folder), `${text}\n`);
    }
  } finally {
    await client.end();
  }
}
