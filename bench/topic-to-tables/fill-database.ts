import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { copyDatabase } from './scratch-databases.ts';

const FILL_SHOP = fileURLToPath(new URL('../recommendations/fill-shop.ts', import.meta.url));
const PRODUCTS = 20_000;

/** A new database whose raw tables hold so many rows already; its address. */
export async function fillDatabase(url: string, rows: number): Promise<string> {
  const databaseUrl = await copyDatabase(url, 'bazaar', 'ours');
  if (rows === 0) return databaseUrl;
  await promisify(execFile)(process.execPath, [FILL_SHOP, '--events', String(rows), '--products', String(PRODUCTS)], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
  });
  return databaseUrl;
}
