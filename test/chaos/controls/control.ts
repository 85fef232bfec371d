import type { SqlLayer } from '../shop/sql-proxy.ts';

/** A promise switched off in a copy of the system that only the test has. A scenario under it must fail. */
export type Control = {
  /** What is switched off, for the report. */
  breaks: string;
  /** Alters what the services ask of the database. */
  sql?: SqlLayer;
  /** Statements for the scenario's database, as its owner. */
  ddl?: readonly string[];
  /** Services that `serve-broken.ts` starts instead of the production entry. */
  services?: 'hasty-api' | 'hasty-consumers';
};

/** What a fault of the log or of the API itself must find out. */
export const HASTY_API: Control = { breaks: 'the API answers before the log acknowledges', services: 'hasty-api' };
