import { once } from 'node:events';
import * as z from 'zod';
import { useNeonEndpoint } from '../../local/neon/endpoint.ts';
import { runConsumers } from '../../local/processes/consumers.ts';
import { createKafkaSource } from '../../local/trigger/kafka-source.ts';
import { createNeonDatabase } from '../../repositories/neon-database.ts';
import { storingRowsAlone } from './rows-alone.ts';

/** The consumers in a process of their own, as `npm start` runs them: `consumer-process.ts SETTINGS` (JSON). Begins when its parent says so. */
const settings = z
  .object({
    brokers: z.array(z.string()),
    writerUrl: z.string(),
    fetchEndpoint: z.string(),
    maxRecords: z.int().optional(),
    rowsAlone: z.boolean(),
  })
  .parse(JSON.parse(process.argv[2] ?? ''));
const { brokers, writerUrl, fetchEndpoint, maxRecords, rowsAlone } = settings;

useNeonEndpoint({ fetchEndpoint });
const database = createNeonDatabase(writerUrl);
const log = (message: string) => console.error(new Date().toISOString(), message);
process.send?.('ready');
// All begin together, or the first would be done before the last is there. Until then nothing else keeps the process alive.
process.channel?.ref();
await once(process, 'message');
const running = await runConsumers({
  source: createKafkaSource(brokers, log),
  brokers,
  database: rowsAlone ? storingRowsAlone(database) : database,
  log,
  observe: () => undefined,
  ...(maxRecords === undefined ? {} : { settings: { maxRecords } }),
});
process.on('SIGTERM', () => void running.stop().then(() => process.exit(0)));
