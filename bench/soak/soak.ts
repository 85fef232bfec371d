import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { freePort } from '../../local/engines/free-port.ts';
import { quantiles } from '../report/quantiles.ts';
import { writeResults } from '../report/write-results.ts';
import { Ledger } from './ledger.ts';
import { runLoad } from './load.ts';
import { failuresOf, type Outcome } from './outcome.ts';
import { drawSoak } from './plots.ts';
import { partsOf } from './process-figures.ts';
import { type Sampler, startSampler } from './sampler.ts';
import { type SoakedSystem, startSoakedSystem } from './system.ts';
import { verdictsOf } from './verdicts.ts';

/**
 * A whole system under a steady load with bursts of ten times it, and what its processes hold meanwhile:
 *
 *   npm run bench -- soak --minutes 30 [--steady 150] [--port N] [--note "what else ran on the machine"]
 *
 * Exit status 1 when a series is not flat, an accepted event is missing, audit speaks or anything is left behind.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    steady: { type: 'string', default: '150' },
    port: { type: 'string' },
    note: { type: 'string' },
  },
});
const plan = {
  minutes: Number(values.minutes),
  steadyPerSecond: Number(values.steady),
  burstPerSecond: Number(values.steady) * 10,
};
const BAZAAR = fileURLToPath(new URL('../../local/bazaar.ts', import.meta.url));
const DRAIN_MS = 60_000;
const POLL_MS = 250;

async function soak(system: SoakedSystem): Promise<Outcome> {
  const before = await partsOf(system.pid);
  const sampler = await startSampler(system);
  const ledger = new Ledger();
  const { load, lag } = await loaded(system, sampler, ledger);
  const now = await partsOf(system.pid);
  const { series, unread } = sampler;
  await drawSoak(series);
  return {
    ...{ load, lag, verdicts: verdictsOf(series, plan.minutes) },
    samples: { read: series.get('memory/start')?.length ?? 0, unread },
    restarted: [...before.keys()].filter((part) => before.get(part)?.[0] !== now.get(part)?.[0]),
    stored: await ledger.compare(system.database_url),
    audit: await audit(system),
  };
}

async function loaded(system: SoakedSystem, sampler: Sampler, ledger: Ledger): Promise<Pick<Outcome, 'load' | 'lag'>> {
  try {
    const load = await runLoad(system, plan, ledger);
    return { load, lag: await drained(sampler) };
  } finally {
    await sampler.stop();
  }
}

async function drained(sampler: Sampler): Promise<number> {
  let lag = await sampler.lag();
  for (const deadline = Date.now() + DRAIN_MS; lag > 0 && Date.now() < deadline; lag = await sampler.lag())
    await sleep(POLL_MS);
  return lag;
}

/** What `bazaar audit` says last. */
async function audit({ dataDir }: SoakedSystem): Promise<string> {
  const { stderr } = await promisify(execFile)(process.execPath, [BAZAAR, 'audit', '--data-dir', dataDir]).catch(
    (error: { stderr?: string }) => ({ stderr: error.stderr ?? String(error) }),
  );
  return stderr.trim().split('\n').at(-1) ?? '';
}

const dataDir = await mkdtemp(join(tmpdir(), 'bazaar-soak-'));
await chmod(dataDir, 0o755);
const system = await startSoakedSystem({ dataDir, port: Number(values.port ?? (await freePort())) });
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void system.stop().finally(() => process.exit(130)));
try {
  const outcome = await soak(system);
  const failures = failuresOf(outcome);
  const { load, verdicts, ...rest } = outcome;
  const { ackMs, recommendMs, failures: refusals, ...counts } = load;
  const times = { acknowledged_ms: quantiles(ackMs), recommended_ms: quantiles(recommendMs) };
  console.table(verdicts);
  console.log({ ...counts, refusals, ...times, ...rest });
  console.log(failures.length === 0 ? 'every series is flat, and nothing is missing' : failures.join('\n'));
  const command = `npm run bench -- soak --minutes ${plan.minutes} --steady ${plan.steadyPerSecond}`;
  const note = values.note === undefined ? {} : { note: values.note };
  await writeResults('soak', command, { ...note, plan, ...counts, ...times, ...rest, failures, verdicts });
  process.exitCode = failures.length === 0 ? 0 : 1;
} finally {
  await system.stop();
  if (process.exitCode === 0) await rm(dataDir, { recursive: true, force: true, maxRetries: 10 });
  else console.log(`what the system wrote, and every sample, is in ${dataDir}`);
}
