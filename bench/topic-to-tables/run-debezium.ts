import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEngineProcess } from '../../local/engines/engine-process.ts';
import { freePort } from '../../local/engines/free-port.ts';
import { KAFKA_VERSION, mavenJars, SLF4J_VERSION } from '../../local/engines/kafka-jars.ts';
import type { Engines } from '../engines/with-engines.ts';
import { type BareRows, bareTables } from './bare-rows.ts';
import { runSql } from './scratch-databases.ts';
import { withAdmin } from './topics-of-records.ts';
import { type Watched, watchGroups } from './watch-groups.ts';

export const DEBEZIUM_VERSION = '3.3.1.Final';
const NAME = 'bare-rows';
const GROUP = `connect-${NAME}`;

export type Tuning = { tasks: number; batchSize: number; reductionBuffer: boolean };
/** By its documentation: large batches, as large a poll, its reduction buffer. In trials batches of 2,000 beat its 500 by a tenth. */
export const DEBEZIUM_TUNING: Tuning = { tasks: 2, batchSize: 2_000, reductionBuffer: true };

/** Kafka Connect standalone with Debezium's JDBC sink: the raw rows alone, upserted by primary key. */
export async function runDebezium(
  { kafka, postgres, folder }: Engines,
  { databaseUrl }: BareRows,
  { from, to, tuning = DEBEZIUM_TUNING }: { from: number; to: number; tuning?: Tuning },
): Promise<Watched> {
  await runSql(databaseUrl, `truncate ${bareTables.map(({ bare }) => bare).join()}`, 'checkpoint');
  const jars = await connectJars();
  const home = join(folder, 'connect');
  await mkdir(home, { recursive: true });
  const [worker, connector] = [join(home, 'worker.properties'), join(home, 'sink.properties')];
  await writeFile(worker, lines(workerSettings(kafka.brokers, home, await freePort(), tuning)));
  await writeFile(connector, lines(connectorSettings(databaseUrl, tuning)));
  const connect = await startEngineProcess({
    name: 'connect',
    command: 'java',
    args: [
      '-Xms256m',
      '-Xmx2g',
      '-cp',
      join(jars, '*'),
      'org.apache.kafka.connect.cli.ConnectStandalone',
      worker,
      connector,
    ],
    recordFile: join(home, 'process.json'),
    logFile: join(home, 'connect.log'),
    stopSignal: 'SIGTERM',
  });
  const parts = { connect: [connect.pid], database: [postgres.pid], broker: [kafka.process.pid] };
  try {
    const reading = bareTables.map(({ bare }) => ({ group: GROUP, topic: bare }));
    return await withAdmin(kafka.brokers, (admin) => watchGroups(admin, reading, { from, to, parts }));
  } finally {
    await connect.stop();
    await withAdmin(kafka.brokers, (admin) => admin.deleteGroups([GROUP]));
  }
}

function connectJars(): Promise<string> {
  return mavenJars({
    folder: `connect-${KAFKA_VERSION}-debezium-${DEBEZIUM_VERSION}`,
    jars: [
      ['org.apache.kafka', 'connect-runtime', KAFKA_VERSION],
      ['org.apache.kafka', 'connect-json', KAFKA_VERSION],
      ['io.debezium', 'debezium-connector-jdbc', DEBEZIUM_VERSION],
      ['org.slf4j', 'slf4j-simple', SLF4J_VERSION],
    ],
    onFetch: () =>
      console.error(`fetching Kafka Connect ${KAFKA_VERSION} and Debezium ${DEBEZIUM_VERSION} (70 MB, once)`),
  });
}

function workerSettings(brokers: string[], home: string, port: number, { batchSize }: Tuning) {
  return {
    'bootstrap.servers': brokers.join(),
    listeners: `http://127.0.0.1:${port}`,
    'key.converter': 'org.apache.kafka.connect.storage.StringConverter',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter.schemas.enable': true,
    'offset.storage.file.filename': join(home, 'offsets'),
    // How far it is can be seen no finer than this; the default is a minute.
    'offset.flush.interval.ms': 250,
    'consumer.max.poll.records': batchSize,
    'consumer.auto.offset.reset': 'earliest',
  };
}

function connectorSettings(databaseUrl: string, { tasks, batchSize, reductionBuffer }: Tuning) {
  const { host, pathname, username, password } = new URL(databaseUrl);
  return {
    name: NAME,
    'connector.class': 'io.debezium.connector.jdbc.JdbcSinkConnector',
    'tasks.max': tasks,
    topics: bareTables.map(({ bare }) => bare).join(),
    'connection.url': `jdbc:postgresql://${host}${pathname}?reWriteBatchedInserts=true&stringtype=unspecified`,
    'connection.username': username,
    'connection.password': decodeURIComponent(password),
    'insert.mode': 'upsert',
    'primary.key.mode': 'record_value',
    'primary.key.fields': 'source,event_id,occurred_at',
    'schema.evolution': 'none',
    'batch.size': batchSize,
    'use.reduction.buffer': reductionBuffer,
  };
}

function lines(settings: Readonly<Record<string, string | number | boolean>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
