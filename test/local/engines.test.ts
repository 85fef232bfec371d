import { chmod, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { topics } from '../../events/topics.ts';
import { startKafkaOnJvm } from '../../local/engines/kafka-maven.ts';
import { chooseLog } from '../../local/engines/log.ts';
import { startPostgres } from '../../local/engines/postgres.ts';
import { reachableFolder } from '../../local/engines/postgres-binaries.ts';
import { unprivilegedUser } from '../../local/engines/postgres-user.ts';
import { startTimeOf } from '../../local/engines/process-record.ts';
import { createTopics } from '../../local/engines/topics.ts';
import { query } from '../brackets/query.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engines-'));
  await chmod(folder, 0o755);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('continues a PostgreSQL that was killed: same port, same passwords, same rows', async () => {
  const first = await startPostgres({ folder: join(folder, 'killed') });
  await query(first.url, 'create table kept as select 42 as answer');
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  const second = await startPostgres({ folder: join(folder, 'killed') });
  expect(second.url).toBe(first.url);
  expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
  await second.stop();
});

test('ends the PostgreSQL that an earlier, killed start left on the folder', async () => {
  const left = await startPostgres({ folder: join(folder, 'left') });
  const next = await startPostgres({ folder: join(folder, 'left') });
  await left.exited;
  expect(next.pid).not.toBe(left.pid);
  expect(await query(next.url, 'select 1 as one')).toEqual([{ one: 1 }]);
  await next.stop();
  expect(await startTimeOf(next.pid)).toBeUndefined();
});

test.skipIf(process.getuid?.() !== 0)(
  'starts afresh, as root in a closed folder, when its data folder was deleted',
  async () => {
    const closed = await mkdtemp(join(tmpdir(), 'closed-'));
    const data = join(closed, 'postgres');
    try {
      for (let turn = 0; turn < 2; turn += 1) {
        const postgres = await startPostgres({ folder: data });
        expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
        await postgres.stop();
        if (turn === 0) await rm(data, { recursive: true });
      }
    } finally {
      await rm(await reachableFolder(join(data, 'cluster'), await unprivilegedUser()), {
        recursive: true,
        force: true,
      });
      await rm(closed, { recursive: true, force: true });
    }
  },
);

test('gives the owner no superuser, a durable server and passwords that only this user may read', async () => {
  const postgres = await startPostgres({ folder: join(folder, 'settings') });
  const [row] = await query(
    postgres.url,
    `select rolsuper, rolcreaterole, current_setting('fsync') as fsync, inet_server_addr()::text as address
     from pg_roles where rolname = current_user`,
  );
  expect(row).toEqual({ rolsuper: false, rolcreaterole: true, fsync: 'on', address: '127.0.0.1/32' });
  const { mode } = await stat(join(folder, 'settings/connection.json'));
  expect(mode & 0o777).toBe(0o600);
  const wrong = new URL(postgres.url);
  wrong.password = 'wrong';
  await expect(query(wrong.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
  await postgres.stop();
});

const plan = await chooseLog('auto');
test.skipIf(plan.kind !== 'jvm')('continues a Kafka that was killed, with its topics and records', async () => {
  const first = await startKafkaOnJvm({ folder: join(folder, 'kafka') });
  await createTopics(first.brokers);
  await createTopics(first.brokers);
  const kafka = new Kafka({ brokers: first.brokers, logLevel: logLevel.NOTHING });
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic: 'purchases', acks: -1, messages: [{ key: 'k', value: 'v' }] });
  await producer.disconnect();
  process.kill(first.process.pid, 'SIGKILL');
  await first.process.exited;
  const second = await startKafkaOnJvm({ folder: join(folder, 'kafka') });
  expect(second.brokers).toEqual(first.brokers);
  const admin = kafka.admin();
  await admin.connect();
  // A broker that is back answers before it leads its partitions again.
  const offsets = await vi.waitFor(() => admin.fetchTopicOffsets('purchases'), { timeout: 20_000, interval: 100 });
  expect(offsets).toHaveLength(topics.purchases.partitions);
  expect(offsets.reduce((sum, { offset }) => sum + Number(offset), 0)).toBe(1);
  await admin.disconnect();
  await second.process.stop();
});
