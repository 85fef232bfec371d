import { MAX_BODY_BYTES } from '../events/limits.ts';
import { readBoundedJson } from '../platform/http/json-body.ts';

/** `sendBeacon` can send text/plain without a preflight; the body is JSON all the same. */
const CONTENT_TYPES = ['application/json', 'text/plain'];

/**
 * Reads the body of a request that carries events.
 *
 * @throws HttpProblem 400, 413 or 415.
 */
export function readJsonBody(request: Request): Promise<unknown> {
  return readBoundedJson(request, { maxBytes: MAX_BODY_BYTES, contentTypes: CONTENT_TYPES });
}

/**
 * Reads the body of a request of a client that others wrote, which is JSON whatever its content type says.
 *
 * @throws HttpProblem 400, 413 or 415.
 */
export function readForeignBody(request: Request): Promise<unknown> {
  return readBoundedJson(request, { maxBytes: MAX_BODY_BYTES });
}
