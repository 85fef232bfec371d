import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { startNeonEndpoint } from '../../../local/neon/endpoint.ts';

/** A message of PostgreSQL's protocol, version 3: its kind, its length with itself, its content. */
function message(kind: string, content: Buffer): Buffer {
  const head = Buffer.alloc(5, kind);
  head.writeInt32BE(content.length + 4, 1);
  return Buffer.concat([head, content]);
}

const AUTHENTICATED = message('R', Buffer.alloc(4));
const READY = message('Z', Buffer.from('I'));
const ENDED = message('E', Buffer.from('SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0'));

test('outlives a server that ends a session in the moment in which it is ready', async () => {
  // In one packet, as it comes when an administrator ends all sessions while one of them begins.
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(Buffer.concat([AUTHENTICATED, READY, ENDED])));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const endpoint = await startNeonEndpoint({ databaseUrl: `postgres://u:p@127.0.0.1:${port}/d` });
  try {
    const response = await fetch(endpoint.fetchEndpoint, {
      method: 'POST',
      headers: { 'neon-connection-string': `postgres://u:p@127.0.0.1:${port}/d` },
      body: JSON.stringify({ query: 'select 1', params: [] }),
    });
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      message: expect.stringContaining('the database could not be asked'),
    });
  } finally {
    await endpoint.close();
    await new Promise((resolve) => server.close(resolve));
  }
});
