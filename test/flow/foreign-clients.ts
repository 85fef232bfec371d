import { gzipSync } from 'node:zlib';
import { Analytics, type HTTPFetchFn } from '@segment/analytics-node';
import type { RunningSystem } from './running-system.ts';

/**
 * Segment's own client on a bad line: bodies are packed, and of each the first answer is lost, so that the client sends
 * everything again. `bodies` is what it sent.
 */
export function segmentClient({ url, keys }: RunningSystem) {
  const bodies: string[] = [];
  const statuses: number[] = [];
  const errors: unknown[] = [];
  const answered = new Set<string>();
  const httpClient: HTTPFetchFn = async (address, { method, headers = {}, body = '' }) => {
    const packed = { ...headers, 'content-encoding': 'gzip', 'content-type': 'text/plain' };
    const response = await fetch(address, { method, headers: packed, body: new Uint8Array(gzipSync(body)) });
    bodies.push(body);
    statuses.push(response.status);
    const [first] = (JSON.parse(body) as { batch: { messageId: string }[] }).batch;
    const isRepeated = answered.has(first?.messageId ?? '');
    answered.add(first?.messageId ?? '');
    if (!isRepeated) throw new Error('the line broke');
    return response;
  };
  const analytics = new Analytics({ writeKey: keys.sk, host: url, flushAt: 4, httpClient });
  analytics.on('error', (error) => errors.push(error));
  return { analytics, bodies, statuses, errors };
}

/** A body that the client sent, as it would send it later once more. */
export function sentLater(body: string): string {
  return JSON.stringify({ ...(JSON.parse(body) as object), sentAt: new Date() });
}
