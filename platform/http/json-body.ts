import { promisify } from 'node:util';
import { unzip } from 'node:zlib';
import { HttpProblem } from './problem.ts';

/** Tells gzip from deflate by the first bytes. */
const inflate = promisify(unzip);
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** `maxBytes` holds before and after decompression; content types are without parameters, in lower case; any when absent. */
export type JsonBodyRules = { maxBytes: number; contentTypes?: readonly string[] };

const PACKED = ['gzip', 'deflate'];

const tooLarge = (maxBytes: number) =>
  new HttpProblem(413, 'body_too_large', `the body is too large; allowed: ${maxBytes} bytes, unpacked`);

/**
 * Reads a request's body as JSON, plain, gzip or deflate, never holding more than the limit.
 *
 * @throws HttpProblem 400, 413 or 415.
 */
export async function readBoundedJson(request: Request, { maxBytes, contentTypes }: JsonBodyRules): Promise<unknown> {
  const type = (request.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (contentTypes !== undefined && !contentTypes.includes(type))
    throw new HttpProblem(
      415,
      'unsupported_media_type',
      `content-type is not allowed; allowed: ${contentTypes.join(', ')}`,
    );
  const bytes = await unpack(
    await readBounded(request, maxBytes),
    (request.headers.get('content-encoding') ?? 'identity').toLowerCase(),
    maxBytes,
  );
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw new HttpProblem(400, 'invalid_request', 'the body is not valid JSON in UTF-8');
  }
}

async function readBounded(request: Request, maxBytes: number): Promise<Uint8Array> {
  // Servers hold a body to the length that was stated for it. Without one, and if one did not, the limit holds all the same.
  const stated = request.headers.get('content-length');
  if (Number(stated ?? 0) > maxBytes) throw tooLarge(maxBytes);
  try {
    // Whole, a body costs a fraction of what its stream does.
    const bytes = stated === null ? await readStream(request, maxBytes) : new Uint8Array(await request.arrayBuffer());
    if (bytes.byteLength > maxBytes) throw tooLarge(maxBytes);
    return bytes;
  } catch (error) {
    // Who hangs up in the middle is no fault of ours, and must not fill the log.
    throw error instanceof HttpProblem ? error : new HttpProblem(400, 'invalid_request', 'the body broke off');
  }
}

async function readStream(request: Request, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function unpack(bytes: Uint8Array, encoding: string, maxBytes: number): Promise<Uint8Array> {
  if (encoding === 'identity') return bytes;
  if (!PACKED.includes(encoding))
    throw new HttpProblem(
      415,
      'unsupported_media_type',
      `content-encoding is not allowed; allowed: ${PACKED.join(', ')}, identity`,
    );
  try {
    return await inflate(bytes, { maxOutputLength: maxBytes });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge(maxBytes);
    throw new HttpProblem(400, 'invalid_request', `the body is not valid ${encoding}`);
  }
}
