import { Ajv2020 } from 'ajv/dist/2020.js';
import type { MSKRecord } from 'aws-lambda';
import { expect } from 'vitest';
import { type EventType, eventTypes } from '../../events/event.ts';
import { encodeRecord, parseRecord } from '../../events/record.ts';
import { apiDocument } from '../../ingestion/openapi/document.ts';
import { decodeRecords } from '../../lambdas/consumer/decode.ts';
import { deadLetterReasons } from '../../repositories/dead-letters.repository.ts';
import { basic } from '../ingestion/dialects/dialect-api.ts';
import { eventsApi } from '../ingestion/events-api.ts';
import { catalogueApi, recordingDatabase } from '../lambdas/catalogue/catalogue-api.ts';

type Document = {
  paths: Record<string, Record<string, { responses: Record<string, { content?: Record<string, unknown> }> }>>;
};
const document = JSON.parse(JSON.stringify(apiDocument())) as Document;
const validator = new Ajv2020({ strict: false, validateFormats: false });
validator.addSchema(document, 'api');

/** Throws for an answer that the API document does not name, or names otherwise. */
function expectDocumented(path: string, method: string, status: number, type: string, answer: unknown): void {
  expect(status).toBeLessThan(500);
  const content = document.paths[path]?.[method]?.responses[status]?.content ?? {};
  const mediaType = type.split(';')[0] ?? '';
  expect(Object.keys(content), `${method} ${path} ${status}`).toContain(mediaType);
  const escaped = [path, mediaType].map((name) => name.replaceAll('/', '~1'));
  const pointer = `api#/paths/${escaped[0]}/${method}/responses/${status}/content/${escaped[1]}/schema`;
  expect([validator.validate(pointer, answer), validator.errorsText()]).toEqual([true, 'No errors']);
}

const KEYS: Readonly<Record<string, Record<string, string>>> = {
  '/events': { 'x-api-key': 'sk_server' },
  '/v1/batch': { authorization: basic('sk_server') },
  '/mp/collect': { 'x-api-key': 'sk_server' },
};

/**
 * What holds for every body that is posted: the answer is one that is documented, nothing breaks, what is accepted is in the
 * log, and a consumer reads there what was accepted.
 */
export function createRequestProperty() {
  const { app, publisher, faults } = eventsApi({ defaultCurrencies: { server: 'EUR' } });
  const store = catalogueApi(recordingDatabase());
  return async (path: string, body: string): Promise<void> => {
    // Emptied, so that what one body broke is not found again with a smaller one.
    for (const found of [publisher.records, faults, store.faults]) found.length = 0;
    const isCatalogue = path === '/products';
    const headers = { 'content-type': 'application/json', 'x-api-key': 'sk_server', ...KEYS[path] };
    const method = isCatalogue ? 'PUT' : 'POST';
    const response = await (isCatalogue ? store.app : app).request(path, { method, headers, body });
    const answer = (await response.json()) as { accepted?: number };
    expectDocumented(path, method.toLowerCase(), response.status, response.headers.get('content-type') ?? '', answer);
    if (!isCatalogue) expect(publisher.records.length).toBe(answer.accepted ?? 0);
    for (const record of publisher.records)
      expect(parseRecord(JSON.parse(encodeRecord(record)))).toEqual({ success: true, data: record });
    expect([faults, store.faults]).toEqual([[], []]);
    expect(Object.keys(Object.prototype)).toEqual([]);
  };
}

/** What holds for every value of a topic: it is an event that reads the same again, or it is set aside with a reason. */
export function expectDecoded(value: Buffer): void {
  const record = { topic: 't', partition: 0, offset: 0, value: value.toString('base64') } as MSKRecord;
  const { batch, deadLetters } = decodeRecords<EventType>([record], eventTypes);
  expect(batch.length + deadLetters.length).toBeLessThanOrEqual(1);
  for (const { reason, payload } of deadLetters) {
    expect(deadLetterReasons).toContain(reason);
    expect(payload).toEqual(value);
  }
  for (const { record: read } of batch)
    expect(parseRecord(JSON.parse(encodeRecord(read)))).toEqual({ success: true, data: read });
  expect(Object.keys(Object.prototype)).toEqual([]);
}
