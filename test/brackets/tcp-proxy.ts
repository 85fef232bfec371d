import { connect, createServer, isIP, type Server, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';

/** What becomes of bytes: passed on, or taken and lost, as by a machine that vanished without closing its sockets. */
type Mode = 'pass' | 'swallow';

export type TcpProxy = {
  port: number;
  /** Leads every connection of a Kafka client through the proxy, whatever address the broker tells it. */
  socketFactory: ISocketFactory;
  /** From now on; `existing` connections and those still to come. */
  set(modes: { existing: Mode; coming: Mode }): void;
  /** How many connections there have been, and how many there are. */
  connections(): { opened: number; open: number };
  close(): Promise<void>;
};

type Line = { client: Socket; broker: Socket; mode: Mode };

/** A TCP proxy on the loopback address that can lose connections without telling either side. */
export async function openTcpProxy(target: { host: string; port: number }): Promise<TcpProxy> {
  const lines = new Set<Line>();
  let coming: Mode = 'pass';
  const server = createServer((client) => {
    const line: Line = { client, broker: connect(target), mode: coming };
    lines.add(line);
    pump(line, client, line.broker);
    pump(line, line.broker, client);
  });
  const port = await listen(server);
  return {
    port,
    socketFactory: socketsTo({ host: '127.0.0.1', port }),
    set(modes) {
      for (const line of lines) line.mode = modes.existing;
      coming = modes.coming;
    },
    connections() {
      const open = [...lines].filter(({ client }) => !client.destroyed).length;
      return { opened: lines.size, open };
    },
    async close() {
      for (const { client, broker } of lines) for (const socket of [client, broker]) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** TLS is between client and broker: the certificate is held against the broker's name, not the proxy's. */
function socketsTo(proxy: { host: string; port: number }): ISocketFactory {
  return ({ host, ssl, onConnect }) => {
    if (!ssl) return connect(proxy, onConnect);
    const name = isIP(host) === 0 ? { servername: host } : {};
    const checkIdentity: typeof checkServerIdentity = (_, certificate) => checkServerIdentity(host, certificate);
    return connectTls({ ...ssl, ...proxy, ...name, checkServerIdentity: checkIdentity }, onConnect);
  };
}

function pump(line: Line, from: Socket, to: Socket): void {
  from.on('data', (bytes) => line.mode === 'pass' && to.write(bytes));
  from.on('error', () => undefined);
  from.on('close', () => line.mode === 'pass' && to.destroy());
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
