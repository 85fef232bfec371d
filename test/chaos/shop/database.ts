import pg from 'pg';
import { asRole, type RoleName } from '../../../repositories/roles.repository.ts';
import { rolePasswords } from '../../brackets/role-passwords.ts';
import type { Stage } from '../engines/stage.ts';

/** A scenario's database, cloned from the migrated template. */
export type ShopDatabase = {
  name: string;
  url: string;
  roleUrl(role: RoleName): string;
  /** As owner, on a connection of its own. */
  rows(text: string, params?: unknown[]): Promise<Record<string, unknown>[]>;
  /** As superuser in database `postgres`, for what only it can do. */
  admin(text: string): Promise<void>;
  /** A session that stays open until it is ended. */
  connect(): Promise<pg.Client>;
  drop(): Promise<void>;
};

export type DatabaseOptions = {
  name: string;
  /** A tablespace of its own. */
  tablespace?: string;
  /** Without it the migrated template. */
  template?: string;
};

/** Creates it. */
export async function createShopDatabase(stage: Stage, options: DatabaseOptions): Promise<ShopDatabase> {
  const { name, tablespace, template = new URL(stage.ownerUrl).pathname.slice(1) } = options;
  const url = Object.assign(new URL(stage.ownerUrl), { pathname: `/${name}` }).href;
  const admin = (text: string) => once(stage.adminUrl, text).then(() => undefined);
  const owner = decodeURIComponent(new URL(url).username);
  const place = tablespace === undefined ? '' : `tablespace ${tablespace}`;
  await admin(`create database ${name} template ${template} owner ${owner} ${place}`);
  return {
    name,
    url,
    admin,
    roleUrl: (role) => asRole(url, role, rolePasswords),
    rows: (text, params) => once(url, text, params),
    async connect() {
      const client = new pg.Client({ connectionString: url });
      client.on('error', () => undefined);
      await client.connect();
      return client;
    },
    drop: () => admin(`drop database if exists ${name} with (force)`),
  };
}

async function once(url: string, text: string, params: unknown[] = []): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query(text, params)).rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}
