import { expect, test } from 'vitest';
import { useStage } from './engines/use-stage.ts';
import { runScenario } from './run-scenario.ts';
import { scenarios } from './scenarios/all.ts';

const SEED = 20_261_101;
const { canRun, stage } = await useStage();

function run(name: string, isControl: boolean) {
  const scenario = scenarios.find((known) => known.name === name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  return runScenario(stage(), scenario, { seed: SEED, seconds: 2, isControl });
}

test.skipIf(!canRun)(
  'a commit whose answer is lost counts once, under load through API, Kafka and consumers',
  async () => {
    expect((await run('commit acknowledged, answer lost', false)).failures).toEqual([]);
  },
  120_000,
);

test.skipIf(!canRun)(
  'the same, where counters add every delivery, is found out',
  async () => {
    expect((await run('commit acknowledged, answer lost', true)).failures.join()).toContain('differ in audit');
  },
  120_000,
);

test.skipIf(!canRun)(
  'an API that is killed loses nothing that it has acknowledged',
  async () => {
    expect((await run('API killed', false)).failures).toEqual([]);
  },
  120_000,
);
