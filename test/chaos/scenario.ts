import type { TimedEvent } from '../../local/shoppers/crowd.ts';
import type { Random } from '../../local/shoppers/random.ts';
import type { Control } from './controls/control.ts';
import type { Ledger } from './load/ledger.ts';
import type { DatabaseOptions, ShopDatabase } from './shop/database.ts';
import type { Shop } from './shop/shop.ts';

/** What a fault is given to work with. */
export type Chaos = {
  shop: Shop;
  ledger: Ledger;
  random: Random;
  /** Events flow meanwhile. */
  pause(ms: number): Promise<void>;
  /** The fault is over now; else it is when `inject` ends. */
  heal(): void;
  isControl: boolean;
  /** What `inject` measured, for `expect`. */
  figures: Record<string, number>;
  /** How long the fault is to last, by the caller's wish. */
  seconds: number;
};

/** How often something is done in a run of so many seconds: at least once. */
export const timesIn = (seconds: number, most: number) => Math.max(1, Math.min(most, Math.round(seconds / 2)));

/** A fault as data: what is done to a system under load, and which broken promise it must find out. */
export type Scenario = {
  name: string;
  /** For the table in docs/reliability.md. */
  injected: string;
  /** Does it, and says what was seen of it. */
  inject(chaos: Chaos): Promise<string>;
  control: Control;
  /** One broker without it. */
  brokers?: number;
  /** Shoppers without it. */
  events?: (load: { seed: number; startMs: number }) => Iterator<TimedEvent>;
  /** Where this machine cannot do it, why. */
  unable?: () => Promise<string | undefined>;
  /** A database of another kind. */
  database?: (shop: {
    folder: string;
    name: string;
    adminUrl: string;
  }) => Promise<Omit<DatabaseOptions, 'name'> & { cleanUp(): Promise<void> }>;
  /** Before the services start. */
  prepare?: (database: ShopDatabase) => Promise<void>;
  /** What else must hold at the end; gives failures. */
  expect?: (chaos: Chaos) => Promise<string[]>;
};
