import type { IngestionSettings } from '../../../ingestion/app.ts';
import type { Verdict } from '../../../ingestion/verdict.ts';
import { eventsApi } from '../events-api.ts';

export type Warning = { index: number; code: string; path: string; message: string };
export type DialectAnswer = {
  accepted: number;
  ignored: number;
  rejected: Verdict[];
  warnings: Warning[];
  success?: boolean;
  code?: string;
  detail?: string;
};
type Sent = { status: number; answer: DialectAnswer; events: Record<string, unknown>[] };

/** `Basic …`, as Segment's clients send a key. */
export function basic(key: string): string {
  return `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
}

/** The ingestion app, spoken to in both dialects; `events` is what a request brought into the log. */
export function dialectApi(settings: Partial<IngestionSettings> = {}) {
  const api = eventsApi(settings);
  const send = async (path: string, body: unknown, headers: Record<string, string>): Promise<Sent> => {
    const before = api.publisher.records.length;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await api.app.request(path, { method: 'POST', body: text, headers });
    const events = api.publisher.records.slice(before).map(({ event }) => ({ ...event }));
    return { status: response.status, answer: (await response.json()) as DialectAnswer, events };
  };
  return {
    ...api,
    send,
    segment: (batch: readonly unknown[], beside: Record<string, unknown> = {}, key = 'sk_server') =>
      send('/v1/batch', { batch, ...beside }, { authorization: basic(key) }),
    ga4: (events: readonly unknown[], beside: Record<string, unknown> = { client_id: 'c' }, key = 'sk_server') =>
      send(`/mp/collect?measurement_id=G-1&api_secret=${key}`, { ...beside, events }, {}),
  };
}

/** A message of Segment's. */
export function track(event: string, properties: Record<string, unknown>, fields: Record<string, unknown> = {}) {
  return {
    type: 'track',
    event,
    userId: 'u',
    messageId: 'm',
    timestamp: '2026-11-01T11:00:00Z',
    properties,
    ...fields,
  };
}
