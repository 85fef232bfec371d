import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createNaiveApp } from './naive-app.ts';

/** A rival on a port of its own: `rival-server.ts bare|naive PORT BROKERS`. Says "ready" to its parent. */
const [rival = '', port = '', brokers = ''] = process.argv.slice(2);
const HOST = '127.0.0.1';

/** The runtime's limit: it parses the body and answers. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { events } = JSON.parse(Buffer.concat(chunks).toString());
  response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify({ accepted: events.length }));
}

if (rival === 'bare') {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(Number(port), HOST, resolve));
} else {
  const app = await createNaiveApp(brokers.split(','));
  await app.listen({ port: Number(port), host: HOST });
}
process.on('SIGTERM', () => process.exit(0));
process.send?.('ready');
