import { expect, test } from 'vitest';
import { closeTab, expectStoredOnce, openPage, useVisits, view } from './visit.ts';

// A name that is not this machine's makes the page an insecure one: no Web Locks, no randomUUID.
const visits = useVisits({ args: ['--host-resolver-rules=MAP shop.test 127.0.0.1'] });
const insecure = (pageUrl: string) => pageUrl.replace('127.0.0.1', 'shop.test');

// In rare cases, on a busy machine, both hold the lease: then events are posted twice and counted once.
test('sends the events of two tabs once each over plain HTTP, without Web Locks', { retry: 2 }, async () => {
  const shop = visits.shop();
  const visitor = await visits.newVisitor();
  const open = () => openPage(visitor, shop, { origin: insecure(shop.pageUrl) });
  const [first, second] = [await open(), await open()];
  expect(await first.evaluate(() => 'locks' in navigator)).toBe(false);
  shop.door.delayMs = 50;
  const ids = (await Promise.all([view(first, 'plain-a', 60), view(second, 'plain-b', 60)])).flat();
  await Promise.all([first, second].map((page) => page.evaluate(() => window.tracker.flush())));
  await expectStoredOnce(shop, 'plain', ids);
  expect(shop.door.posts.flat().sort()).toEqual([...ids].sort());
});

test('takes over from a tab that was killed while it held the lease', async () => {
  const shop = visits.shop();
  const visitor = await visits.newVisitor();
  const page = await openPage(visitor, shop, { origin: insecure(shop.pageUrl) });
  const until = await page.evaluate(() => {
    const lease = { owner: 'a tab that is gone', until: Date.now() + 1_500 };
    localStorage.setItem('bazaarstream:sender', JSON.stringify(lease));
    return lease.until;
  });
  const ids = await view(page, 'lease', 3);
  await expectStoredOnce(shop, 'lease', ids);
  expect(Date.now()).toBeGreaterThanOrEqual(until);
});

test('keeps events in localStorage where IndexedDB fails', async () => {
  const shop = visits.shop();
  const visitor = await visits.newVisitor();
  await visitor.addInitScript(() => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('not here', 'SecurityError');
    };
  });
  const page = await openPage(visitor, shop);
  await shop.door.shut();
  const ids = await view(page, 'local', 5);
  const kept = () => page.evaluate(() => Object.keys(localStorage).filter((key) => key.includes(':event:')).length);
  await expect.poll(kept).toBe(5);
  await closeTab(page);
  await shop.door.open();
  await openPage(visitor, shop);
  await expectStoredOnce(shop, 'local', ids);
});

test('works from memory where a page may store nothing', async () => {
  const shop = visits.shop();
  const visitor = await visits.newVisitor();
  await visitor.addInitScript(() => {
    const refuse = () => {
      throw new DOMException('not here', 'SecurityError');
    };
    IDBFactory.prototype.open = refuse;
    Object.defineProperty(window, 'localStorage', { get: refuse });
  });
  const page = await openPage(visitor, shop);
  await shop.door.shut();
  const ids = await view(page, 'memory', 5);
  await page.evaluate(() => window.tracker.flush());
  await shop.door.open();
  await expectStoredOnce(shop, 'memory', ids);
  const [rows] = await shop.database.rows(
    "select count(distinct (anonymous_id, session_id))::int as n from raw_product_views where product_id like 'memory-%'",
  );
  expect(rows).toEqual({ n: 1 });
});
