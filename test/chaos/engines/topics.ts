import { setTimeout as sleep } from 'node:timers/promises';
import { type Admin, Kafka, logLevel } from 'kafkajs';
import { topicNames } from '../../../events/topics.ts';
import { createTopics } from '../../../local/engines/topics.ts';

/** The consumer group of each topic's function. */
export const groups = {
  product_views: 'process-view',
  cart_events: 'process-cart',
  purchases: 'process-purchase',
} as const;

const POLL_MS = 200;
const PATIENCE_MS = 30_000;

/** A short-lived admin client. */
export async function withAdmin<T>(brokers: readonly string[], work: (admin: Admin) => Promise<T>): Promise<T> {
  const kafka = new Kafka({
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    requestTimeout: 5_000,
    retry: { retries: 2 },
  });
  const admin = kafka.admin();
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

/** Empty topics, and groups that have read nothing. The consumers must have stopped. */
export async function freshTopics(brokers: string[]): Promise<void> {
  await withAdmin(brokers, async (admin) => {
    const existing = (await admin.listTopics()).filter((name) => (topicNames as string[]).includes(name));
    await forgetGroups(admin);
    if (existing.length > 0) await admin.deleteTopics({ topics: existing, timeout: PATIENCE_MS });
    await until(async () => !(await admin.listTopics()).some((name) => existing.includes(name)));
  });
  // Right after a deletion brokers may still deny what they have just made.
  await until(async () => {
    const isDone = await createTopics(brokers).then(
      () => true,
      () => false,
    );
    return isDone && (await withAdmin(brokers, haveLeaders));
  });
}

async function haveLeaders(admin: Admin): Promise<boolean> {
  const asked = admin.fetchTopicMetadata({ topics: [...topicNames] }).catch(() => ({ topics: [] }));
  const partitions = (await asked).topics.flatMap((topic) => topic.partitions);
  return partitions.length > 0 && partitions.every(({ leader }) => leader >= 0);
}

/** A member that was killed leaves its group only when its session has run out. */
export async function forgetGroups(admin: Admin): Promise<void> {
  const names = Object.values(groups) as string[];
  await until(async () => {
    const known = (await admin.listGroups()).groups.map(({ groupId }) => groupId).filter((id) => names.includes(id));
    return (
      known.length === 0 ||
      (await admin.deleteGroups(known).then(
        () => true,
        () => false,
      ))
    );
  });
}

/** Where each partition ends, by `topic-partition`. */
export async function endOffsets(admin: Admin): Promise<Map<string, number>> {
  const ends = await Promise.all(
    topicNames.map(async (topic) =>
      (await admin.fetchTopicOffsets(topic)).map(({ partition, high }): [string, number] => [
        `${topic}-${partition}`,
        Number(high),
      ]),
    ),
  );
  return new Map(ends.flat());
}

/** How many records before these ends the consumers have not committed. */
export async function behind(admin: Admin, ends: ReadonlyMap<string, number>): Promise<number> {
  const lags = await lagByGroup(admin, ends);
  return [...lags.values()].reduce((total, lag) => total + lag, 0);
}

/** The same for each consumer group. */
export async function lagByGroup(admin: Admin, ends: ReadonlyMap<string, number>): Promise<Map<string, number>> {
  const lags = new Map<string, number>();
  for (const topic of topicNames) {
    const [found] = await admin.fetchOffsets({ groupId: groups[topic], topics: [topic] });
    let lag = 0;
    for (const { partition, offset } of found?.partitions ?? [])
      lag += Math.max(0, (ends.get(`${topic}-${partition}`) ?? 0) - Math.max(0, Number(offset)));
    lags.set(groups[topic], lag);
  }
  return lags;
}

async function until(isDone: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + PATIENCE_MS; !(await isDone()); await sleep(POLL_MS))
    if (Date.now() > deadline) throw new Error(`kafka did not do it within ${PATIENCE_MS} ms`);
}
