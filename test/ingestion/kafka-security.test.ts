import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { rootCertificates } from 'node:tls';
import { afterAll, describe, expect, onTestFinished, type TestContext, test, vi } from 'vitest';
import type { KafkaOptions } from '../../ingestion/kafka-client.ts';
import { createKafkaHealth } from '../../ingestion/kafka-health.ts';
import { createKafkaPublisher } from '../../ingestion/kafka-publisher.ts';
import { type KafkaAuth, kafkaSecurity } from '../../ingestion/kafka-security.ts';
import { LogUnavailableError } from '../../platform/errors.ts';
import { SCRAM_SESSION_MS, SCRAM_USER, startSecureKafka, unsecuredToken } from '../brackets/secure-kafka.ts';
import { openTcpProxy } from '../brackets/tcp-proxy.ts';
import { aView, eventsApi } from './events-api.ts';
import { readTopics } from './kafka-reader.ts';
import { idsOf, publisherContract, recordOf } from './publisher-contract.ts';

const kafka = await startSecureKafka();
const { brokers, plaintext, ca } = kafka ?? { brokers: [], plaintext: [], ca: '' };
afterAll(() => kafka?.stop());

/** As the signer of MSK gives them. */
const TOKEN_LIFETIME_MS = 900_000;
const SHORT_LIFETIME_MS = 3_000;
const LIFETIMES = 3;
const PAUSE_MS = 100;
/** After that API Gateway answers in our stead. */
const GATEWAY_TIMEOUT_MS = 30_000;

type Finish = Pick<TestContext, 'onTestFinished'>;

/** By token; `asked` counts how often for one. */
function byToken(lifetimeMs = TOKEN_LIFETIME_MS) {
  const auth = {
    kind: 'iam' as const,
    ca,
    asked: 0,
    createToken: async () => {
      auth.asked += 1;
      return unsecuredToken(lifetimeMs);
    },
  };
  return auth;
}

function publisherBy(auth: KafkaAuth, more: Partial<KafkaOptions> = {}, finish: Finish = { onTestFinished }) {
  const security = () => kafkaSecurity(auth);
  const publisher = createKafkaPublisher({ brokers, clientId: 'security-test', security, ...more });
  finish.onTestFinished(() => publisher.close());
  return publisher;
}

async function openProxy(finish: Finish = { onTestFinished }) {
  const [host = '', port = ''] = (brokers[0] ?? '').split(':');
  const proxy = await openTcpProxy({ host, port: Number(port) });
  finish.onTestFinished(() => proxy.close());
  return proxy;
}

const idsInLog = async (user: string) => idsOf(await readTopics(plaintext), user);

describe.skipIf(kafka === undefined)('over TLS with tokens (skipped without Java 17 and Maven)', () => {
  publisherContract(() => ({ publisher: publisherBy(byToken()), read: () => readTopics(plaintext) }));

  test('sees the topics', async () => {
    const health = createKafkaHealth({ brokers, clientId: 'health-test', security: () => kafkaSecurity(byToken()) });
    onTestFinished(() => health.close());
    await expect(health.check()).resolves.toBeDefined();
  });

  test('gets over brokers that hang up, because a session ended while the function was frozen', async () => {
    const proxy = await openProxy();
    const auth = byToken(SHORT_LIFETIME_MS);
    const publisher = publisherBy(auth, { socketFactory: proxy.socketFactory });
    // The clock by which kafkajs judges a session's age, where a freeze is no time at all.
    const clock = vi.spyOn(process, 'hrtime').mockReturnValue([0, 0]);
    onTestFinished(() => clock.mockRestore());
    const user = randomUUID();
    const records = [recordOf(user), recordOf(user)];
    await publisher.publish(records.slice(0, 1));
    await sleep(SHORT_LIFETIME_MS);
    await publisher.publish(records.slice(1));
    // The first, one that kafkajs opens before it says what failed, and that of the next try.
    expect([proxy.connections().opened, auth.asked]).toEqual([3, 3]);
    expect(await idsInLog(user)).toEqual(records.map(({ event }) => event.event_id));
  });

  test.each([
    ['has run out', async () => unsecuredToken(-1000), /refused the token/],
    ['cannot be made', async () => Promise.reject(new Error('no credentials')), /no credentials/],
  ])('says that the log is unavailable when the token %s, and works with the next good one', async (_, bad, reason) => {
    const proxy = await openProxy();
    const auth = byToken();
    const good = auth.createToken;
    const publisher = publisherBy(auth, { socketFactory: proxy.socketFactory });
    const [lost, kept] = [recordOf(randomUUID()), recordOf(randomUUID())];
    auth.createToken = bad;
    const failure = publisher.publish([lost]);
    await expect(failure).rejects.toThrow(LogUnavailableError);
    await expect(failure).rejects.toThrow(reason);
    await expect.poll(() => proxy.connections().open).toBe(0);
    auth.createToken = good;
    await publisher.publish([kept]);
    expect(await idsInLog(lost.event.user_id ?? '')).toEqual([]);
    expect(await idsInLog(kept.event.user_id ?? '')).toEqual([kept.event.event_id]);
  });

  test.each([
    ['another authority', { ca: rootCertificates[0] ?? '' }],
    ['public authorities', { ca: undefined }],
  ])('shows no token and sends nothing to brokers for which %s would have to vouch', async (_, { ca }) => {
    const { ca: __, ...auth } = byToken();
    const record = recordOf(randomUUID());
    const publisher = publisherBy(ca === undefined ? auth : { ...auth, ca });
    await expect(publisher.publish([record])).rejects.toThrow(LogUnavailableError);
    expect(auth.asked).toBe(0);
    expect(await idsInLog(record.event.user_id ?? '')).toEqual([]);
  });

  test('gets nothing in by plaintext', async () => {
    const record = recordOf(randomUUID());
    await expect(publisherBy({ kind: 'none' }).publish([record])).rejects.toThrow(LogUnavailableError);
    expect(await idsInLog(record.event.user_id ?? '')).toEqual([]);
  });
});

describe.skipIf(kafka === undefined).concurrent('over time (skipped without Java 17 and Maven)', () => {
  test('goes on past the end of tokens, on the same connection, and loses nothing', async (context) => {
    const proxy = await openProxy(context);
    const auth = byToken(SHORT_LIFETIME_MS);
    const publisher = publisherBy(auth, { socketFactory: proxy.socketFactory }, context);
    const user = randomUUID();
    const published: (string | undefined)[] = [];
    const untilMs = Date.now() + LIFETIMES * SHORT_LIFETIME_MS;
    while (Date.now() < untilMs) {
      const record = recordOf(user);
      await publisher.publish([record]);
      published.push(record.event.event_id);
      await sleep(PAUSE_MS);
    }
    expect(auth.asked).toBeGreaterThanOrEqual(LIFETIMES);
    expect(proxy.connections().opened).toBe(1);
    expect(await idsInLog(user)).toEqual(published);
  });

  test('goes on when the role’s session, and so the name that tokens give, has changed', async (context) => {
    const auth = byToken(SHORT_LIFETIME_MS);
    let session = 'first-session';
    auth.createToken = async () => unsecuredToken(SHORT_LIFETIME_MS, session);
    const publisher = publisherBy(auth, {}, context);
    const user = randomUUID();
    const records = [recordOf(user), recordOf(user)];
    await publisher.publish(records.slice(0, 1));
    session = 'second-session';
    await sleep(SHORT_LIFETIME_MS);
    await publisher.publish(records.slice(1));
    expect(await idsInLog(user)).toEqual(records.map(({ event }) => event.event_id));
  });

  test('lets a password in, a wrong one not, and takes a new one when the session ends', async (context) => {
    let credentials = { ...SCRAM_USER, password: 'wrong-password' };
    const auth: KafkaAuth = { kind: 'scram', ca, readCredentials: async () => credentials };
    const publisher = publisherBy(auth, {}, context);
    const user = randomUUID();
    const records = [recordOf(user), recordOf(user), recordOf(user), recordOf(user)];
    const publish = (index: number) => publisher.publish(records.slice(index, index + 1));
    await expect(publish(0)).rejects.toThrow(LogUnavailableError);
    credentials = SCRAM_USER;
    await publish(1);
    await kafka?.changePassword('second-password');
    await sleep(SCRAM_SESSION_MS);
    await expect(publish(2)).rejects.toThrow(LogUnavailableError);
    credentials = { ...SCRAM_USER, password: 'second-password' };
    await publish(3);
    expect(await idsInLog(user)).toEqual([records[1], records[3]].map((record) => record?.event.event_id));
  });

  test('gets over a connection that died without a word, within the same call', async (context) => {
    const proxy = await openProxy(context);
    const publisher = publisherBy(byToken(), { socketFactory: proxy.socketFactory }, context);
    const user = randomUUID();
    const records = [recordOf(user), recordOf(user)];
    await publisher.publish(records.slice(0, 1));
    proxy.set({ existing: 'swallow', coming: 'pass' });
    await publisher.publish(records.slice(1));
    expect(await idsInLog(user)).toEqual(records.map(({ event }) => event.event_id));
  });

  test('answers 503 in time while the network swallows everything, and accepts just what the log holds', {
    timeout: GATEWAY_TIMEOUT_MS,
  }, async (context) => {
    const proxy = await openProxy(context);
    const api = eventsApi({}, publisherBy(byToken(), { socketFactory: proxy.socketFactory }, context));
    const user_id = randomUUID();
    const accepted: string[] = [];
    const post = async () => {
      const identity = { event_id: randomUUID(), occurred_at: '2026-11-01T11:59:00Z' };
      const { status, headers } = await api.post(aView({ user_id, ...identity }));
      if (status === 202) accepted.push(identity.event_id);
      return [status, headers.get('retry-after')];
    };
    expect(await post()).toEqual([202, null]);
    proxy.set({ existing: 'swallow', coming: 'swallow' });
    expect(await post()).toEqual([503, '5']);
    proxy.set({ existing: 'swallow', coming: 'pass' });
    expect(await post()).toEqual([202, null]);
    expect(await idsInLog(user_id)).toEqual(accepted);
  });
});
