/** What would end a path, or divide it, if it stood in a URL as it is. */
const UNSAFE = /[?#\\]|%(?![0-9a-f]{2})/gi;

/**
 * A path that can stand in a URL again. An HTTP API of AWS hands over `rawPath` decoded, so that an id with a `#` would
 * be cut there, and another person be read. A `/` within an id is lost for good: the gateway knows no route for it.
 */
export function escapedPath(rawPath: string): string {
  return rawPath.replace(UNSAFE, encodeURIComponent);
}
