/** What a client can do about an answer that is not the one it wanted: RFC 9457, with a code that programs can read. */
export const problemCodes = [
  'invalid_request',
  'unauthenticated',
  'forbidden_for_key',
  'forbidden_origin',
  'forbidden_user',
  'not_found',
  'method_not_allowed',
  'body_too_large',
  'unsupported_media_type',
  'no_event_accepted',
  'no_product_accepted',
  'rate_limited',
  'log_unavailable',
  'database_unavailable',
  'internal',
] as const;
export type ProblemCode = (typeof problemCodes)[number];

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

/** A problem that a handler throws; the app answers with it. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    status: number,
    code: ProblemCode,
    detail: string,
    { headers = {}, members = {} }: { headers?: Record<string, string>; members?: Record<string, unknown> } = {},
  ) {
    super(detail);
    this.name = 'HttpProblem';
    this.status = status;
    this.code = code;
    this.headers = headers;
    this.members = members;
  }

  /** The answer: `application/problem+json`. */
  toResponse(): Response {
    const { status, code, message: detail, members } = this;
    const body = { type: 'about:blank', title: TITLES[status], status, code, detail, ...members };
    return new Response(JSON.stringify(body), {
      status,
      headers: { 'content-type': 'application/problem+json', ...this.headers },
    });
  }
}
