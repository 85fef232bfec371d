/** `npm run chaos -- [--seed N] [--only NAME] [--seconds S] [--controls no] [--write]`. */
import { parseArgs } from 'node:util';
import { messageOf } from '../../platform/errors.ts';
import type { Stage } from './engines/stage.ts';
import { openStage } from './engines/stage.ts';
import { type Line, writeReport } from './report.ts';
import { type Outcome, type RunOptions, runScenario } from './run-scenario.ts';
import type { Scenario } from './scenario.ts';
import { scenarios } from './scenarios/all.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1e6)) },
    only: { type: 'string', multiple: true, default: [] },
    seconds: { type: 'string', default: '8' },
    part: { type: 'string', default: 'both' },
    write: { type: 'boolean', default: false },
    verbose: { type: 'boolean', default: false },
  },
});
const options = { seed: Number(values.seed), seconds: Number(values.seconds) };
const isChosen = ({ name }: Scenario) => values.only.length === 0 || values.only.some((text) => name.includes(text));

const say = (text: string) => console.log(`${new Date().toISOString().slice(11, 19)} ${text}`);
const stage = await openStage((text) => values.verbose && say(text));
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void stage.stop().finally(() => process.exit(130)));
let failed = 0;
try {
  for (const scenario of scenarios.filter(isChosen)) {
    const line = await runBoth(stage, scenario);
    if (values.write) await writeReport([line]);
    if (!line.isGood) failed += 1;
  }
} finally {
  await stage.stop();
}
say(
  failed === 0
    ? `every promise was kept, every control found out (seed ${options.seed})`
    : `${failed} failed (seed ${options.seed})`,
);
process.exit(failed === 0 ? 0 : 1);

/** The scenario, and then under its control. */
async function runBoth(stage: Stage, scenario: Scenario): Promise<Line> {
  const { seed } = options;
  const why = await scenario.unable?.();
  if (why !== undefined) {
    say(`${scenario.name}: left out, ${why}`);
    return { scenario, seed, isGood: true, kept: undefined, broken: undefined, leftOut: why };
  }
  const kept =
    values.part === 'control' ? undefined : await runSafely(stage, scenario, { ...options, isControl: false });
  const broken = values.part === 'kept' ? undefined : await runSafely(stage, scenario, { ...options, isControl: true });
  const isGood = (kept?.failures.length ?? 0) === 0 && (broken === undefined || broken.failures.length > 0);
  return { scenario, seed, isGood, kept, broken, leftOut: undefined };
}

async function runSafely(stage: Stage, scenario: Scenario, run: RunOptions): Promise<Outcome> {
  const startedMs = Date.now();
  const outcome = await runScenario(stage, scenario, run).catch((error: unknown): Outcome => {
    if (values.verbose) console.error(error);
    const said = `threw: ${messageOf(error)}`;
    const nothing = { acknowledged: 0, stored: { events: 0, deadLetters: 0 }, recoveredMs: undefined };
    // A control that throws has shown nothing.
    return { ...nothing, failures: run.isControl ? [] : [said], observed: said };
  });
  const { failures, acknowledged, stored, recoveredMs, observed } = outcome;
  const verdict = failures.length === 0 ? 'kept' : failures.join('; ');
  const figures = `${acknowledged} acknowledged, ${stored.events} stored, ${stored.deadLetters} dead letters, recovered in ${recoveredMs ?? '-'} ms`;
  say(
    `${scenario.name}${run.isControl ? ' [control]' : ''}: ${verdict} (${figures}; ${observed}; ${Date.now() - startedMs} ms)`,
  );
  return outcome;
}
