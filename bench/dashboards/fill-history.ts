import pg from 'pg';
import * as z from 'zod';
import { aggregates } from '../../repositories/aggregates.ts';
import { rebuild } from '../../repositories/rebuild.repository.ts';
import { CATALOGUE, MEAN_EVENTS_OF_VISIT, PRODUCTS, type Stretch, stretchStatements } from './history-sql.ts';
import { withoutIndexes } from './without-indexes.ts';

const HOUR_MS = 3_600_000;
const HOURS_PER_DAY = 24;
const DAY_MS = HOURS_PER_DAY * HOUR_MS;
/** What the statements of one stretch hold in temporary tables. */
const EVENTS_PER_STRETCH = 500_000;
/** One for each core of a small machine. */
const CONNECTIONS = 2;
const PRODUCT_COUNT = 100_000;
const BULK_TABLES = ['raw_product_views', 'raw_cart_events', 'raw_purchases', 'product_popularity', 'user_sessions'];
/** The rest of the aggregates have few enough rows to be made by what makes them in production. */
const REBUILT_TABLES = ['orders', 'live_revenue', 'user_cart_summary', 'user_purchase_history'];
/** Of the connections that fill, and gone with them. */
const SETTINGS = `set work_mem = '1GB'; set maintenance_work_mem = '1GB'; set temp_buffers = '256MB'; set synchronous_commit = off; set jit = off`;

const PARTITIONS = `select ensure_partition(parent, month)
  from unnest(array['raw_product_views', 'raw_cart_events', 'raw_purchases']) parent,
    generate_series(date_trunc('month', $1::timestamptz, 'UTC'), $2::timestamptz, interval '1 month') month`;

/** How far a history reaches, and how many visits it holds. */
export const filledSchema = z.object({ from: z.coerce.date(), to: z.coerce.date(), visits: z.int() });
export type Filled = z.output<typeof filledSchema>;

async function withConnection<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(SETTINGS);
    return await work(client);
  } finally {
    await client.end();
  }
}

async function runStretch(client: pg.Client, stretch: Stretch, addsToHours: boolean): Promise<void> {
  for (const { text, params } of stretchStatements(stretch, addsToHours)) await client.query(text, params);
}

/** Whole hours between two times, cut into stretches of about the same number of events, the oldest first. */
function stretches(from: Date, to: Date, eventsPerDay: number, firstVisit: number): Stretch[] {
  const eventsPerHour = eventsPerDay / HOURS_PER_DAY;
  const [hours, hoursEach] = [(+to - +from) / HOUR_MS, Math.max(1, Math.floor(EVENTS_PER_STRETCH / eventsPerHour))];
  const visitsPerHour = Math.round(eventsPerHour / MEAN_EVENTS_OF_VISIT);
  return Array.from({ length: Math.ceil(hours / hoursEach) }, (_, n) => ({
    firstVisit: firstVisit + n * hoursEach * visitsPerHour,
    visits: Math.min(hoursEach, hours - n * hoursEach) * visitsPerHour,
    from: new Date(+from + n * hoursEach * HOUR_MS),
    to: new Date(Math.min(+from + (n + 1) * hoursEach * HOUR_MS, +to)),
    products: PRODUCT_COUNT,
  }));
}

/**
 * Extends a history backwards until it holds so many events, a day's number of them a day: raw rows, links, popularity and
 * sessions, as consumers would have left them. What there is already (`filled`) stays.
 */
export async function fillHistory(
  url: string,
  { events, eventsPerDay, filled }: { events: number; eventsPerDay: number; filled: Filled | undefined },
): Promise<Filled> {
  const { from: to, to: newest, visits } = filled ?? emptyHistory();
  const from = new Date(Math.floor((+newest - (events / eventsPerDay) * DAY_MS) / HOUR_MS) * HOUR_MS);
  const all = stretches(from, to, eventsPerDay, visits);
  const queue = [...all];
  await withConnection(url, async (client) => {
    await client.query(PARTITIONS, [from, newest]);
    await client.query(CATALOGUE, [PRODUCT_COUNT]);
    await client.query(PRODUCTS);
    const work = () =>
      withConnection(url, async (own) => {
        for (let next = queue.shift(); next !== undefined; next = queue.shift()) await runStretch(own, next, false);
      });
    await withoutIndexes(client, BULK_TABLES, async () => {
      await Promise.all(Array.from({ length: CONNECTIONS }, work));
    });
  });
  const last = all.at(-1);
  return { from, to: newest, visits: last === undefined ? visits : last.firstVisit + last.visits };
}

function emptyHistory(): Filled {
  const thisHour = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS);
  return { from: thisHour, to: thisHour, visits: 0 };
}

/** Adds visits until now at the same rate, so that the last minutes are as busy as the days before. */
export async function fillUpToNow(url: string, eventsPerDay: number, filled: Filled): Promise<Filled> {
  const to = new Date();
  return { ...(await addVisits(url, { filled, from: filled.to, to, eventsPerDay })), to };
}

/** Adds visits between two times, beside those that are there. */
export async function addVisits(
  url: string,
  { filled, from, to, eventsPerDay }: { filled: Filled; from: Date; to: Date; eventsPerDay: number },
): Promise<Filled> {
  const visits = Math.ceil((((+to - +from) / DAY_MS) * eventsPerDay) / MEAN_EVENTS_OF_VISIT);
  const stretch = { firstVisit: filled.visits, visits, from, to, products: PRODUCT_COUNT };
  await withConnection(url, (client) => runStretch(client, stretch, true));
  return { ...filled, visits: filled.visits + visits };
}

/** Makes the other aggregates as `bazaar rebuild` does, and what autovacuum would have made by then. */
export async function settle(url: string): Promise<void> {
  await withConnection(url, async (client) => {
    const session = { query: async (text: string, params?: unknown[]) => (await client.query(text, params)).rows };
    await rebuild(
      session,
      aggregates.filter(({ table }) => REBUILT_TABLES.includes(table)),
    );
    await client.query('vacuum analyze');
  });
}
