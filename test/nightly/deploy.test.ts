import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import type { MSKEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { topicNames, topics } from '../../events/topics.ts';
import { openDatabase } from '../../local/neon/open-database.ts';
import { aggregates } from '../../repositories/aggregates.ts';
import { audit } from '../../repositories/audit.repository.ts';
import { withSession } from '../../repositories/neon-database.ts';
import { query } from '../brackets/query.ts';
import { deployKafkaStage, type KafkaStage } from '../deploy/kafka-stage.ts';
import { failedObject } from '../lambdas/replay-failed-batches/failed-object.ts';

const deployed = await deployKafkaStage();
afterAll(() => deployed?.stop());

const stage = deployed as KafkaStage;
/** A key that was taken away is good for this long at most, and a little for asking. */
const REVOCATION_MS = 65_000;

const functionNames = [
  ...[
    'authorize',
    'catalogue',
    'create-topics',
    'ingestion',
    'maintain',
    'migrate',
    'people',
    'process-cart',
    'process-purchase',
  ],
  ...['process-view', 'recommend', 'replay-failed-batches', 'train'],
].map((name) => `bazaarstream-dev-${name}`);

const view = (user_id: string, product_id: string) => ({
  type: 'product_view',
  user_id,
  session_id: user_id,
  product_id,
});
const rows = (text: string) => query(stage.adminUrl, text);
const addKey = () => stage.keys('add', '--class', 'sk', '--source', 'shop');

describe.skipIf(deployed === undefined)('deployed (skipped without Python with venv, Java 17 and Maven)', () => {
  let key: string;
  beforeAll(async () => {
    key = await addKey();
  });
  const byKey = () => ({ 'x-api-key': key });
  const post = (...events: unknown[]) => stage.shop.post('/events', { events }, byKey());

  test('makes every function, and leaves out of the assembly only alarms that calculate', async () => {
    expect(await stage.aws.functionNames()).toEqual(expect.arrayContaining(functionNames));
    expect(new Set(stage.deployed.removed.map(({ type }) => type))).toEqual(new Set(['AWS::CloudWatch::Alarm']));
  });

  test('makes the topics and brings the empty database up to date', async () => {
    const admin = stage.kafka.admin();
    await admin.connect();
    const metadata = await admin.fetchTopicMetadata({ topics: [...topicNames] });
    await admin.disconnect();
    const found = metadata.topics.map(({ name, partitions }) => [name, partitions.length]);
    expect(Object.fromEntries(found)).toEqual(
      Object.fromEntries(topicNames.map((topic) => [topic, topics[topic].partitions])),
    );
    const views = await rows("select viewname from pg_views where schemaname = 'analytics'");
    expect(views).toContainEqual({ viewname: 'realtime_revenue' });
  });

  test('says that its parts are well, to anybody', async () => {
    expect(await stage.shop.get('/health')).toMatchObject({ status: 200, body: { parts: { log: 'ok' } } });
    expect(await stage.shop.get('/health/database')).toMatchObject({
      status: 200,
      body: { parts: { database: 'ok' } },
    });
    expect(await stage.shop.get('/openapi.json')).toMatchObject({
      status: 200,
      body: { openapi: expect.stringMatching(/^3/) },
    });
  });

  test.each([{}, { 'x-api-key': 'sk_made-up' }, { authorization: 'Bearer sk_made-up' }])(
    'refuses who has no key with a problem document: %o',
    async (headers) => {
      const refusal = { status: 401, type: 'application/problem+json', body: { code: 'unauthenticated' } };
      expect(await stage.shop.post('/events', view('eve', 'tea'), headers)).toMatchObject(refusal);
      expect(await stage.shop.get('/trending', headers)).toMatchObject(refusal);
    },
  );

  test('takes events under a key, and says of each what became of it', async () => {
    const bearer = { authorization: `Bearer ${key}` };
    expect(await stage.shop.post('/events', view('x', 'tea'), bearer)).toMatchObject({
      status: 202,
      body: { accepted: 1 },
    });
    const answer = await post(view('x', 'cup'), { ...view('y', 'tea'), colour: 'red' }, view('y', 'cup'));
    expect(answer).toMatchObject({ status: 202, body: { accepted: 2, rejected: [{ index: 1, path: 'colour' }] } });
  });

  test('stores what was accepted, counts it, and recommends from it', async () => {
    const items = [{ product_id: 'tea', quantity: 1, unit_price: '4.50' }];
    const purchase = { type: 'purchase', user_id: 'ada', order_id: 'o-1', currency: 'EUR', items };
    await post(view('y', 'tea'), view('ada', 'tea'), {
      type: 'add_to_cart',
      user_id: 'ada',
      product_id: 'tea',
      quantity: 2,
    });
    expect(await post(purchase)).toMatchObject({ status: 202 });
    const records = await stage.consume();
    expect(records.map(({ topic }) => topic)).toEqual(expect.arrayContaining([...topicNames]));
    expect(await rows('select source, count(*)::int from raw_product_views group by 1')).toEqual([
      { source: 'shop', count: 5 },
    ]);
    expect(await rows('select product_id, quantity::int from user_cart_summary')).toEqual([
      { product_id: 'tea', quantity: 1 },
    ]);
    expect(await rows('select currency, net::float8 from live_revenue')).toEqual([{ currency: 'EUR', net: 4.5 }]);
    const cup = { recommendations: expect.arrayContaining([expect.objectContaining({ product_id: 'cup' })]) };
    for (const path of ['/recommendations/ada', '/products/tea/similar', '/trending'])
      expect(await stage.shop.get(path, byKey())).toMatchObject({ status: 200, body: cup });
  });

  test('takes what the clients of others send, with the key where they put it, and refuses in words who has none', async () => {
    const batch = [{ type: 'track', event: 'Product Viewed', userId: 'seg', properties: { product_id: 'jug' } }];
    const events = [{ name: 'view_item', params: { items: [{ item_id: 'jug' }] } }];
    const basic = { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` };
    const taken = { status: 200, body: { accepted: 1, rejected: [] } };
    expect(await stage.shop.post('/v1/batch', { batch }, basic)).toMatchObject(taken);
    const collect = (secret: string) =>
      stage.shop.post(`/mp/collect?api_secret=${secret}`, { client_id: 'ga', events });
    expect(await collect(key)).toMatchObject(taken);
    for (const refused of [await stage.shop.post('/v1/batch', { batch }), await collect('sk_made-up')])
      expect(refused).toMatchObject({ status: 401, body: { code: 'unauthenticated' } });
    await stage.consume();
    expect(await rows("select from raw_product_views where product_id = 'jug'")).toHaveLength(2);
  });

  test('takes what the shop says of its products, and recommends nothing that it hides', async () => {
    const products = [
      { product_id: 'cup', hidden: true },
      { product_id: 'tea', name: 7 },
    ];
    expect(await stage.shop.put('/products', { products }, byKey())).toMatchObject({
      status: 200,
      body: { accepted: 1, rejected: [{ index: 1, product_id: 'tea', path: 'name' }] },
    });
    const { body } = await stage.shop.get('/trending', byKey());
    expect(JSON.stringify(body)).not.toContain('"cup"');
    expect(
      await stage.shop.put('/products', { products: [{ product_id: 'cup', hidden: false }] }, byKey()),
    ).toMatchObject({
      status: 200,
    });
    expect(await stage.shop.put('/products', { products }, {})).toMatchObject({ status: 401 });
  });

  test('reads an id whole that the gateway decodes', async () => {
    expect(await stage.shop.get('/recommendations/ada%23%20l', byKey())).toMatchObject({ body: { user_id: 'ada# l' } });
  });

  test('replays a batch that Lambda gave up, and removes it', async () => {
    const bucket = Object.entries(stage.deployed.outputs.BazaarDevData ?? {}).find(([name]) =>
      /Ref.*Bucket/.test(name),
    );
    const Bucket = bucket?.[1] ?? '';
    await post(view('late', 'tea'));
    const [record] = await stage.consume((_, event) => {
      const Body = failedObject(event as unknown as MSKEvent);
      return stage.aws.s3.send(new PutObjectCommand({ Bucket, Key: 'aws/lambda/mapping/batch', Body }));
    });
    expect(record?.topic).toBe('product_views');
    const counts = await stage.aws.invoke('bazaarstream-dev-replay-failed-batches');
    expect(counts).toEqual({ replayed: 1, waiting: 0, unreadable: 0 });
    expect(await rows("select product_id from raw_product_views where user_id = 'late'")).toEqual([
      { product_id: 'tea' },
    ]);
    expect((await stage.aws.s3.send(new ListObjectsV2Command({ Bucket }))).Contents ?? []).toEqual([]);
  });

  test('makes partitions ahead', async () => {
    expect(await stage.aws.invoke('bazaarstream-dev-maintain')).toMatchObject({ dropped: [] });
    const ahead = new Date(Date.now() + 31 * 86_400_000).toISOString().slice(0, 7).replace('-', '_');
    const tables = await rows("select relname from pg_class where relispartition and relkind = 'r'");
    expect(tables.map(({ relname }) => relname)).toContainEqual(expect.stringContaining(ahead));
  });

  test('goes on with new passwords, without a deploy', async () => {
    const secret = await stage.aws.readSecret('bazaarstream/dev/database-writer');
    await stage.aws.invoke('bazaarstream-dev-migrate', { rotate_passwords: true });
    await expect(query(JSON.parse(secret).url, 'select 1')).rejects.toThrow('password authentication failed');
    // Connections that are open count as logged in, at our endpoint as at Neon's pooler.
    await rows(
      "select pg_terminate_backend(pid) from pg_stat_activity where usename in ('bazaar_writer', 'bazaar_reader')",
    );
    await post(view('after', 'tea'));
    await stage.consume();
    expect(await rows("select from raw_product_views where user_id = 'after'")).toHaveLength(1);
    expect(await stage.shop.get('/trending', byKey())).toMatchObject({ status: 200 });
  });

  test('deploys again, and has nothing to do', async () => {
    const { printed } = await stage.cdk.deploy('dev');
    expect(printed.match(/\(no changes\)/g)).toHaveLength(2);
  }, 120_000);

  test('is as before after a deploy whose migration fails, and up to date after the next', async () => {
    const migration = (name: string) => join(stage.checkout, 'sql/migrations', name);
    const applied = async () =>
      (await rows("select name from schema_migrations where name like '9%' order by 1")).map(({ name }) => name);
    await writeFile(migration('9001_good.sql'), 'create table extra (id integer);');
    await writeFile(migration('9002_broken.sql'), 'create tabel more (id integer);');
    const refused = await stage.cdk.deploy('dev').catch(String);
    expect(refused).toMatch(/syntax error at or near .+tabel/);
    expect(refused).toContain('UPDATE_ROLLBACK_COMPLET');
    expect(await applied()).toEqual(['9001_good.sql']);
    expect(await post(view('x', 'pot'))).toMatchObject({ status: 202 });
    await stage.consume();
    await rm(migration('9002_broken.sql'));
    await writeFile(migration('9002_mended.sql'), 'create table more (id integer);');
    await stage.cdk.deploy('dev');
    expect(await applied()).toEqual(['9001_good.sql', '9002_mended.sql']);
    expect(await post(view('x', 'pan'))).toMatchObject({ status: 202 });
    await stage.consume();
  }, 180_000);

  test('ends with aggregates that are what the raw rows give', async () => {
    const opened = await openDatabase(stage.ownerUrl);
    try {
      const counts = await withSession(stage.ownerUrl, (session) => audit(session, aggregates, () => undefined));
      expect([...counts.values()].every((count) => count === 0)).toBe(true);
      expect(await rows('select from dead_letters')).toEqual([]);
    } finally {
      await opened.close();
    }
  });

  test('takes a key that was added, and refuses one within a minute after it was removed', async () => {
    const [first = ''] = (await stage.keys('list')).split(' ');
    const second = await addKey();
    const status = async (apiKey: string) => (await stage.shop.get('/trending', { 'x-api-key': apiKey })).status;
    await stage.keys('remove', '--id', first);
    const patience = { timeout: REVOCATION_MS, interval: 1_000 };
    await vi.waitFor(async () => expect(await status(key)).toBe(401), patience);
    expect(await status(second)).toBe(200);
  }, 90_000);
});
