import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StageName } from '../../platform/stage-settings.ts';
import { mskEvent } from '../delivery/msk-event.ts';
import { keysCommand } from '../deploy/keys-command.ts';
import { type ShopClient, shopClient } from '../deploy/shop-client.ts';
import { type Site, startSite } from '../deploy/site.ts';
import type { Removed } from '../deploy/strip-assembly.ts';

const started = await startSite('msk-site', { dev: { kind: 'standard' }, prod: { kind: 'express' } });
afterAll(() => started?.stop());
const site = started as Site;

const profiles: [string, StageName][] = [
  ['standard', 'dev'],
  ['express', 'prod'],
];
/** What a mapping that has nothing to hand over would hand over. */
const NOTHING = { inserted: 0, duplicates: 0, conflicts: 0, deadLettered: 0 };
const consumers = ['process-view', 'process-cart', 'process-purchase'];
const aView = { type: 'product_view', user_id: 'ada', product_id: 'tea' };

/** Removed are the cluster, what is asked of it, and what lets it be reached. */
const removedTypes = [
  ...['AWS::CloudWatch::Alarm', 'AWS::EC2::FlowLog', 'AWS::EC2::SecurityGroupEgress', 'AWS::EC2::SecurityGroupIngress'],
  ...['AWS::MSK::Cluster', 'AWS::MSK::Topic', 'Custom::AWS', 'Custom::VpcRestrictDefaultSG'],
];

describe.skipIf(started === undefined).each(profiles)(
  '%s brokers (skipped without Python with venv)',
  (profile, stage) => {
    const invoke = (name: string, event?: unknown) => site.aws.invoke(`bazaarstream-${stage}-${name}`, event);
    let removed: Removed[];
    let shop: ShopClient;
    let key: string;
    beforeAll(async () => {
      await site.cdk.bootstrap(stage);
      const deployed = await site.cdk.deploy(stage);
      removed = deployed.removed;
      shop = shopClient(site.ministack, deployed.outputs);
      key = await keysCommand(site, stage)('add', '--class', 'sk', '--source', 'shop');
    }, 180_000);

    test('leaves out the cluster and what belongs to it, and no more', () => {
      const configured = profile === 'standard' ? ['AWS::MSK::Configuration'] : [];
      expect(new Set(removed.map(({ type }) => type))).toEqual(new Set([...removedTypes, ...configured]));
    });

    test('answers 503 while no broker can be reached, within the time of the gateway', async () => {
      const headers = { 'x-api-key': key };
      const unavailable = { status: 503, type: 'application/problem+json', body: { code: 'log_unavailable' } };
      expect(await shop.post('/events', aView, headers)).toMatchObject(unavailable);
      expect(await shop.get('/health')).toMatchObject({ status: 503, body: { parts: { log: 'down' } } });
    });

    test('runs every other function', async () => {
      expect(await shop.get('/trending', { 'x-api-key': key })).toMatchObject({ status: 200 });
      for (const consumer of consumers) expect(await invoke(consumer, mskEvent([]))).toMatchObject(NOTHING);
      expect(await invoke('maintain')).toMatchObject({ dropped: [] });
      expect(await invoke('train')).toMatchObject({ status: 'refused' });
      expect(await invoke('replay-failed-batches')).toEqual({ replayed: 0, waiting: 0, unreadable: 0 });
      expect(await invoke('migrate')).toEqual({ applied: [], passwordsRotated: false });
    });
  },
);
