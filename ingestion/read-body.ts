import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { MAX_BODY_BYTES } from '../events/limits.ts';
import { HttpProblem } from '../platform/http/problem.ts';

const unzip = promisify(gunzip);
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** `sendBeacon` can send text/plain without a preflight; the body is JSON all the same. */
const CONTENT_TYPES = ['application/json', 'text/plain'];

const tooLarge = () =>
  new HttpProblem(413, 'body_too_large', `the body is too large; allowed: ${MAX_BODY_BYTES} bytes, unpacked`);

/**
 * Reads a request's body as JSON, plain or gzip, never holding more than the limit.
 *
 * @throws HttpProblem 400, 413 or 415.
 */
export async function readJsonBody(request: Request): Promise<unknown> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!CONTENT_TYPES.includes(type))
    throw new HttpProblem(
      415,
      'unsupported_media_type',
      `content-type is not allowed; allowed: ${CONTENT_TYPES.join(', ')}`,
    );
  const bytes = await unpack(
    await readBounded(request),
    (request.headers.get('content-encoding') ?? 'identity').toLowerCase(),
  );
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw new HttpProblem(400, 'invalid_request', 'the body is not valid JSON in UTF-8');
  }
}

async function readBounded(request: Request): Promise<Buffer> {
  if (Number(request.headers.get('content-length') ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of request.body ?? []) {
      size += chunk.byteLength;
      if (size > MAX_BODY_BYTES) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    // Who hangs up in the middle is no fault of ours, and must not fill the log.
    throw error instanceof HttpProblem ? error : new HttpProblem(400, 'invalid_request', 'the body broke off');
  }
  return Buffer.concat(chunks);
}

async function unpack(bytes: Buffer, encoding: string): Promise<Buffer> {
  if (encoding === 'identity') return bytes;
  if (encoding !== 'gzip')
    throw new HttpProblem(415, 'unsupported_media_type', 'content-encoding is not allowed; allowed: gzip, identity');
  try {
    return await unzip(bytes, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge();
    throw new HttpProblem(400, 'invalid_request', 'the body is not valid gzip');
  }
}
