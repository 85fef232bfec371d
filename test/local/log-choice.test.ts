import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { isDockerAnswering } from '../../local/engines/docker-probe.ts';
import { chooseLog, type Probes } from '../../local/engines/log.ts';

const nothing: Probes = {
  kafkaBrokers: undefined,
  isDockerAnswering: async () => false,
  hasJavaAndMaven: async () => false,
};

test('prefers KAFKA_BROKERS, then Docker, then a JVM, then the embedded log', async () => {
  const all = { kafkaBrokers: 'a:1, b:2', isDockerAnswering: async () => true, hasJavaAndMaven: async () => true };
  expect(await chooseLog('auto', all)).toMatchObject({ kind: 'external', brokers: ['a:1', 'b:2'] });
  expect(await chooseLog('auto', { ...all, kafkaBrokers: '' })).toMatchObject({ kind: 'docker' });
  expect(await chooseLog('auto', { ...nothing, hasJavaAndMaven: async () => true })).toMatchObject({ kind: 'jvm' });
  expect(await chooseLog('auto', nothing)).toMatchObject({ kind: 'embedded' });
});

test('takes the embedded log when asked, whatever else is there', async () => {
  expect(await chooseLog('embedded', { ...nothing, kafkaBrokers: 'a:1' })).toMatchObject({ kind: 'embedded' });
});

test('refuses to call the embedded log Kafka', async () => {
  await expect(chooseLog('kafka', nothing)).rejects.toMatchObject({ code: 'usage' });
});

test('gives up on a Docker engine that accepts and says nothing', async () => {
  const mute = createServer();
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const address = mute.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  expect(await isDockerAnswering(`tcp://127.0.0.1:${port}`)).toBe(false);
  mute.close();
});
