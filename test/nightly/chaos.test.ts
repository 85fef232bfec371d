import { expect, test } from 'vitest';
import { useStage } from '../chaos/engines/use-stage.ts';
import { runScenario } from '../chaos/run-scenario.ts';
import { scenarios } from '../chaos/scenarios/all.ts';

const seed = Math.floor(Math.random() * 1e6);
const SECONDS = 8;
const { canRun, stage } = await useStage();

for (const scenario of scenarios)
  for (const isControl of [false, true]) {
    const fact = isControl ? 'is found out where' : 'keeps every promise';
    const name = `${scenario.name} ${fact} ${isControl ? scenario.control.breaks : ''} (seed ${seed})`;
    test.skipIf(!canRun)(
      name.trim(),
      async (context) => {
        const why = await scenario.unable?.();
        if (why !== undefined) context.skip(why);
        const { failures } = await runScenario(stage(), scenario, { seed, seconds: SECONDS, isControl });
        if (isControl) expect(failures).not.toEqual([]);
        else expect(failures).toEqual([]);
      },
      400_000,
    );
  }
