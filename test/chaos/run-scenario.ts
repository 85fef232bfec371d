import { setTimeout as sleep } from 'node:timers/promises';
import { crowd } from '../../local/shoppers/crowd.ts';
import { createRandom } from '../../local/shoppers/random.ts';
import { drained, timeToRecover } from './check/lag.ts';
import { type Stored, verify } from './check/verify.ts';
import type { Stage } from './engines/stage.ts';
import { Ledger } from './load/ledger.ts';
import { startLoad } from './load/load.ts';
import type { Chaos, Scenario } from './scenario.ts';
import type { DatabaseOptions } from './shop/database.ts';
import { openShop, type Shop } from './shop/shop.ts';

const USERS = 60;
const EVENTS_PER_SECOND = 250;
const WARM_UP_MS = 1_500;
const AFTER_MS = 1_500;
/** A control need not recover, only be found out. */
const PATIENCE_MS = { kept: 120_000, broken: 25_000 };

export type Outcome = {
  /** Empty when every promise was kept. */
  failures: string[];
  observed: string;
  acknowledged: number;
  stored: Stored;
  recoveredMs: number | undefined;
};

export type RunOptions = {
  seed: number;
  /** How long a fault lasts where it may be chosen. */
  seconds: number;
  /** Runs the scenario under its control. */
  isControl: boolean;
};

let opened = 0;

/** Runs one scenario from an empty shop to the verdict. */
export async function runScenario(stage: Stage, scenario: Scenario, options: RunOptions): Promise<Outcome> {
  opened += 1;
  const name = `chaos_${opened}`;
  const made = await scenario.database?.({ folder: stage.folder, name, adminUrl: stage.adminUrl });
  try {
    return await runWith(stage, scenario, options, { name, ...made });
  } finally {
    await made?.cleanUp();
  }
}

async function runWith(
  stage: Stage,
  scenario: Scenario,
  options: RunOptions,
  database: DatabaseOptions,
): Promise<Outcome> {
  const shop = await openShop(stage, {
    brokers: scenario.brokers ?? 1,
    database,
    control: options.isControl ? scenario.control : undefined,
    prepare: scenario.prepare ?? (async () => undefined),
  });
  try {
    return await runInShop(shop, scenario, options);
  } finally {
    await shop.close();
  }
}

async function runInShop(shop: Shop, scenario: Scenario, options: RunOptions): Promise<Outcome> {
  const { seed, seconds } = options;
  const ledger = new Ledger();
  const random = createRandom(seed);
  const startMs = Date.now();
  const deadlocksBefore = await shop.stage.deadlocks();
  const events =
    scenario.events?.({ seed, startMs }) ?? crowd({ seed, users: USERS, rate: EVENTS_PER_SECOND, startMs });
  const load = startLoad({ target: shop.target, ledger, events, random });
  let healedMs: number | undefined;
  const heal = () => {
    healedMs ??= Date.now();
  };
  const { isControl } = options;
  const chaos: Chaos = { shop, ledger, random, seconds, isControl, figures: {}, heal, pause: (ms) => sleep(ms) };
  await sleep(WARM_UP_MS);
  const observed = await scenario.inject(chaos);
  heal();
  const timeoutMs = options.isControl ? PATIENCE_MS.broken : PATIENCE_MS.kept;
  const recoveredMs = await timeToRecover(shop, ledger, { healedMs: healedMs ?? 0, timeoutMs });
  await sleep(AFTER_MS);
  await load.stop();
  const lag = await drained(shop, timeoutMs);
  const { failures, stored } = await verify(shop.database, ledger);
  const deadlocks = (await shop.stage.deadlocks()) - deadlocksBefore;
  return {
    failures: [
      ...failures,
      ...(recoveredMs === undefined ? [`not recovered within ${timeoutMs / 1000} s`] : []),
      ...(lag === 0 ? [] : [`${lag} records behind`]),
      ...(deadlocks === 0 ? [] : [`${deadlocks} deadlocks`]),
      ...((await scenario.expect?.(chaos)) ?? []),
    ],
    observed,
    acknowledged: ledger.acknowledged.size,
    stored,
    recoveredMs,
  };
}
