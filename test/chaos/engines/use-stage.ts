import { afterAll, beforeAll } from 'vitest';
import { hasJavaAndMaven } from '../../../local/engines/kafka-jars.ts';
import { openStage, type Stage } from './stage.ts';

/** A stage for the tests of a file, where `canRun` says that there can be one: Kafka needs Java 17 and Maven. */
export async function useStage(): Promise<{ canRun: boolean; stage(): Stage }> {
  const canRun = await hasJavaAndMaven();
  let stage: Stage | undefined;
  beforeAll(async () => {
    if (canRun) stage = await openStage(() => undefined);
  }, 120_000);
  afterAll(() => stage?.stop(), 60_000);
  return {
    canRun,
    stage: () => {
      if (stage === undefined) throw new Error('the stage is not open');
      return stage;
    },
  };
}
