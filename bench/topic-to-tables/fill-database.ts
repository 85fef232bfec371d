import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { copyDatabase } from './scratch-databases.ts';

const FILL_SHOP = fileURLToPath(new URL('../recommendations/fill-shop.ts', import.meta.url));
const PRODUCTS = 20_000;

/** A database whose raw tables hold so many rows already; its name, as a template. */
export async function fillDatabase(url: string, rows: number): Promise<string> {
  if (rows === 0) return 'bazaar';
  const databaseUrl = await copyDatabase(url, 'bazaar', 'filled');
  await promisify(execFile)(process.execPath, [FILL_SHOP, '--events', String(rows), '--products', String(PRODUCTS)], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
  });
  return 'filled';
}
