import { connect, type Socket } from 'node:net';
import { type ServerType, serve } from '@hono/node-server';

export type LocalServer = { port: number; close(): Promise<void> };

/** Serves an app on a free port of the loopback address. */
export async function serveLocally(fetch: (request: Request) => Response | Promise<Response>): Promise<LocalServer> {
  const server: ServerType = serve({ fetch, port: 0, hostname: '127.0.0.1' });
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        if ('closeAllConnections' in server) server.closeAllConnections();
      }),
  };
}

export type RawConnection = {
  send(bytes: string | Buffer): void;
  /** Everything that came, as soon as it matches. */
  until(pattern: RegExp): Promise<string>;
  end(): void;
};

/** A connection on which a test says exactly what stands in the request, well-formed or not. */
export async function openRaw(port: number): Promise<RawConnection> {
  const socket = await new Promise<Socket>((resolve, reject) => {
    const opening = connect({ host: '127.0.0.1', port }, () => resolve(opening));
    opening.once('error', reject);
  });
  let received = '';
  socket.on('error', () => undefined);
  socket.on('data', (bytes) => {
    received += bytes.toString('latin1');
  });
  return {
    send: (bytes) => void socket.write(bytes),
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => pattern.test(received) && resolve(received);
        socket.on('data', look);
        socket.on('close', () => (pattern.test(received) ? resolve(received) : reject(new Error(`got ${received}`))));
        look();
      }),
    end: () => void socket.destroy(),
  };
}
