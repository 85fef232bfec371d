import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { maintain } from '../../../lambdas/maintain/maintain.ts';
import { crowd } from '../../../local/shoppers/crowd.ts';
import { messageOf } from '../../../platform/errors.ts';
import { migrate } from '../../../repositories/migrate.ts';
import { createNeonDatabase, withSession } from '../../../repositories/neon-database.ts';
import { forgetsExpired, swallowsFailures } from '../controls/statements.ts';
import { SQL_FOLDER } from '../engines/stage.ts';
import type { SentEvent } from '../load/ledger.ts';
import { putReceived } from '../load/put.ts';
import type { Chaos, Scenario } from '../scenario.ts';

const DAY_MS = 86_400_000;
/** Consumers of today need what the later migrations make. */
const LAST_OF_OLD = '0015';
const LATER = [
  'alter table raw_product_views add column later text',
  'create index later_index on raw_cart_events (cart_id)',
  'alter table persons add column later text',
];

/** The tables change under the events. */
export const changes: readonly Scenario[] = [
  {
    name: 'migrations while events flow',
    injected:
      'consumers run against the tables of an earlier version; all later migrations are applied, then three more that alter tables in use',
    control: swallowsFailures,
    database: async () => ({ template: 'template0', cleanUp: async () => undefined }),
    async prepare(shop) {
      await withFolder(shop.name, async (folder) => {
        await copyMigrations(folder, (name) => name < `${LAST_OF_OLD}_~`);
        for (const sub of ['functions', 'views']) await mkdir(join(folder, sub));
        await withSession(shop.url, (session) => migrate(session, pathToFileURL(`${folder}/`)));
      });
    },
    async inject({ shop, pause }) {
      await pause(3_000);
      const { url, name } = shop.database;
      const applied = await withSession(url, (session) => migrate(session, SQL_FOLDER));
      await pause(2_000);
      await withFolder(name, async (folder) => {
        await cp(SQL_FOLDER, folder, { recursive: true });
        for (const [nth, text] of LATER.entries())
          await writeFile(join(folder, 'migrations', `900${nth}_later.sql`), text);
        await withSession(url, (session) => migrate(session, pathToFileURL(`${folder}/`)));
      });
      return `${applied.length} files applied late, then ${LATER.length} more`;
    },
  },
  {
    name: 'retention beside redelivery',
    injected:
      'maintenance drops the partitions of an expired month again and again while more of its events arrive; those of a younger month come five times meanwhile',
    control: forgetsExpired,
    async inject(chaos) {
      const { shop, ledger, pause } = chaos;
      const [old, young] = [oldEvents(chaos, 103), oldEvents(chaos, 65)];
      for (const event of old) ledger.expired.add(event.event_id);
      const to = { brokers: shop.brokers.direct, ledger };
      const received = ({ occurred_at }: SentEvent) => String(occurred_at);
      const half = old.length / 2;
      await putReceived(to, old.slice(0, half), received);
      await putReceived(to, young, received);
      await pause(4_000);
      let isOver = false;
      const drops = keepDropping(chaos, () => isOver);
      for (let start = half; start < old.length; start += 250) {
        await putReceived(to, old.slice(start, start + 250), received);
        await putReceived(to, young, received);
        await pause(700);
      }
      await pause(3_000);
      isOver = true;
      return `${await drops} partitions dropped`;
    },
  },
];

/** Of a shop so many days ago, in half an hour. */
function oldEvents({ random }: Chaos, ageDays: number): SentEvent[] {
  const startMs = Date.now() - ageDays * DAY_MS;
  const events = crowd({ seed: random.below(1e6), users: 30, rate: 1, startMs });
  return Array.from({ length: 2_000 }, () => events.next().value.event as SentEvent);
}

async function keepDropping({ shop }: Chaos, isOver: () => boolean): Promise<number> {
  const maintainer = createNeonDatabase(shop.database.roleUrl('bazaar_maintainer'));
  let dropped = 0;
  while (!isOver()) {
    await maintain(maintainer, { retentionDays: 70, now: new Date() }).then(
      (done) => {
        dropped += done.dropped.length;
      },
      (error: unknown) => {
        // Rows that come in the middle, or a lock not had in time: the next turn goes on.
        if (!/rows came to|lock timeout/.test(messageOf(error))) throw error;
      },
    );
    await sleep(500);
  }
  return dropped;
}

async function copyMigrations(folder: string, isWanted: (name: string) => boolean): Promise<void> {
  const names = await readdir(new URL('migrations/', SQL_FOLDER));
  for (const name of names.filter(isWanted))
    await cp(new URL(`migrations/${name}`, SQL_FOLDER), join(folder, 'migrations', name));
}

async function withFolder(name: string, work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
