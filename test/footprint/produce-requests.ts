import { connect } from 'node:net';
import type { ISocketFactory } from 'kafkajs';

/** Which of a Kafka client's requests is a produce, by the protocol's key, and where in a request the key stands. */
const PRODUCE_KEY = 0;
const KEY_OFFSET = 4;

/** Opens a client's sockets, and writes down how long each produce request is that goes through them, in bytes. */
export function createProduceCounter(): { socketFactory: ISocketFactory; lengths: number[] } {
  const lengths: number[] = [];
  const socketFactory: ISocketFactory = ({ host, port, onConnect }) => {
    const socket = connect({ host, port }, onConnect);
    const write = socket.write.bind(socket);
    // kafkajs writes each request at once and whole.
    socket.write = (request: Uint8Array | string, ...rest: unknown[]) => {
      const bytes = Buffer.from(request as Uint8Array);
      if (bytes.readInt16BE(KEY_OFFSET) === PRODUCE_KEY) lengths.push(bytes.length);
      return Reflect.apply(write, socket, [request, ...rest]);
    };
    return socket;
  };
  return { socketFactory, lengths };
}
