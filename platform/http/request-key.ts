/** What of a request may hold a key; `path` is that of the route, names of headers are in lower case. */
export type KeyCarrier = {
  path: string;
  headers: { get(name: string): string | null };
  query: { get(name: string): string | null };
};

/** Where clients that others wrote put the key, on the route that is theirs and nowhere else. */
const foreignPlaces = new Map<string, (request: KeyCarrier) => string | undefined>([
  ['/v1/batch', ({ headers }) => basicUser(headers.get('authorization'))],
  ['/mp/collect', ({ query }) => query.get('api_secret') ?? undefined],
]);

/** The key of a request: `x-api-key`, a bearer token, or else where the clients of its route put it. */
export function requestKey(request: KeyCarrier): string | undefined {
  const bearer = /^bearer (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  return request.headers.get('x-api-key') ?? bearer ?? foreignPlaces.get(request.path)?.(request);
}

/** The user of HTTP Basic authentication (RFC 7617); the password, which such clients leave empty, is not looked at. */
function basicUser(authorization: string | null): string | undefined {
  const credentials = /^basic ([\w+/=-]+)$/i.exec(authorization ?? '')?.[1];
  return credentials === undefined ? undefined : Buffer.from(credentials, 'base64').toString().split(':')[0];
}
