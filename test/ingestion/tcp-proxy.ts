import { connect, createServer, type Server, type Socket } from 'node:net';
import type { ISocketFactory } from 'kafkajs';

/** What becomes of bytes: passed on, or taken and lost, as by a machine that vanished without closing its sockets. */
type Mode = 'pass' | 'swallow';

export type TcpProxy = {
  /** Leads every connection of a Kafka client through the proxy, whatever address the broker tells it. */
  socketFactory: ISocketFactory;
  /** From now on; `existing` connections and those still to come. */
  set(modes: { existing: Mode; coming: Mode }): void;
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
    socketFactory: ({ onConnect }) => connect({ host: '127.0.0.1', port }, onConnect),
    set(modes) {
      for (const line of lines) line.mode = modes.existing;
      coming = modes.coming;
    },
    async close() {
      for (const { client, broker } of lines) for (const socket of [client, broker]) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
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
