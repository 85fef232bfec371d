import { createIngestionApp, type IngestionSettings } from '../../ingestion/app.ts';
import type { EventPublisher } from '../../ingestion/publisher.ts';
import type { Verdict } from '../../ingestion/verdict.ts';
import { callerByKey } from '../../platform/http/caller.ts';
import { createKeyring, hashKey } from '../../platform/http/keys.ts';
import type { RecordMetrics } from '../../platform/metrics.ts';
import { recordingPublisher } from './recording-publisher.ts';

export const NOW = new Date('2026-11-01T12:00:00Z');
export const SHOP = 'https://shop.example';
const KEYS = { pk: 'pk_page', sk: 'sk_server', ak: 'ak_admin' } as const;
type KeyName = keyof typeof KEYS;

export type Answer = { accepted?: number; rejected?: Verdict[]; code?: string; detail?: string };

/**
 * The ingestion app on a log in memory, or on `log`, with a key of each class; `faults` is what it blames itself for,
 * `warnings` what it tells the log of, `measured` what it counts.
 */
export function eventsApi(settings: Partial<IngestionSettings> = {}, log?: EventPublisher) {
  const publisher = recordingPublisher();
  const [faults, warnings]: [unknown[], unknown[]] = [[], []];
  const measured: Parameters<RecordMetrics>[0][] = [];
  const app = createIngestionApp({
    publisher: log ?? publisher,
    callerOf: callerByKey(
      createKeyring([
        { hash: hashKey(KEYS.pk), class: 'pk', source: 'web', origins: [SHOP] },
        { hash: hashKey(KEYS.sk), class: 'sk', source: 'server' },
        { hash: hashKey(KEYS.ak), class: 'ak', source: 'admin' },
      ]),
    ),
    settings: { pinnedOrigins: new Set([SHOP]), ...settings },
    log: { error: noteIn(faults), warn: noteIn(warnings) },
    metrics: (values) => void measured.push(values),
    addressOf: () => '127.0.0.1',
    document: {},
    now: () => NOW,
  });
  const send = (
    body: string | Uint8Array<ArrayBuffer>,
    key: KeyName | undefined,
    headers: Record<string, string> = {},
  ) =>
    app.request('/events', {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        ...(key === undefined ? {} : { 'x-api-key': KEYS[key] }),
        ...headers,
      },
    });
  const post = async (body: unknown, key: KeyName | undefined = 'sk', headers: Record<string, string> = {}) => {
    const response = await send(typeof body === 'string' ? body : JSON.stringify(body), key, headers);
    return { status: response.status, headers: response.headers, answer: (await response.json()) as Answer };
  };
  return { app, publisher, faults, warnings, measured, send, post };
}

const noteIn = (notes: unknown[]) => (_: string, fields: unknown) => void notes.push(fields);

/** A view that every schema accepts. */
export function aView(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { type: 'product_view', user_id: 'u', product_id: 'p', ...fields };
}

/** A purchase that every schema accepts. */
export function aPurchase(fields: Record<string, unknown> = {}): Record<string, unknown> {
  const items = [{ product_id: 'p', quantity: 1, unit_price: 9.5 }];
  return { type: 'purchase', user_id: 'u', order_id: 'o', currency: 'EUR', items, ...fields };
}
