import { afterEach, describe, expect, test, vi } from 'vitest';
import { evaluate } from '../evaluate.ts';
import type { ProfileName } from '../profiles.ts';
import { propertiesOf } from '../stack-template.ts';
import { synthesized } from '../synthesized.ts';

const handlers: Record<string, () => Promise<unknown>> = {
  ingestion: () => import('../../../ingestion/handler.ts'),
  'create-topics': () => import('../../../ingestion/create-topics/handler.ts'),
  authorize: () => import('../../../lambdas/authorize/handler.ts'),
  recommend: () => import('../../../lambdas/recommend/handler.ts'),
  catalogue: () => import('../../../lambdas/catalogue/handler.ts'),
  people: () => import('../../../lambdas/people/handler.ts'),
  'process-view': () => import('../../../lambdas/process-view/handler.ts'),
  'process-cart': () => import('../../../lambdas/process-cart/handler.ts'),
  'process-purchase': () => import('../../../lambdas/process-purchase/handler.ts'),
  migrate: () => import('../../../lambdas/migrate/handler.ts'),
  maintain: () => import('../../../lambdas/maintain/handler.ts'),
  train: () => import('../../../lambdas/train/handler.ts'),
  'replay-failed-batches': () => import('../../../lambdas/replay-failed-batches/handler.ts'),
};

/** The variables of each function, by its name without the stage. */
async function environments(profile: ProfileName): Promise<Record<string, Record<string, string>>> {
  const stage = await synthesized(profile);
  const functions = propertiesOf(stage.app, 'AWS::Lambda::Function').map(
    (properties) =>
      evaluate(stage, 'app', properties) as {
        FunctionName?: string;
        Environment?: { Variables: Record<string, string> };
      },
  );
  return Object.fromEntries(
    functions.flatMap(({ FunctionName, Environment }) =>
      FunctionName === undefined
        ? []
        : [[FunctionName.replace(/^bazaarstream-(dev|prod)-/, ''), Environment?.Variables ?? {}]],
    ),
  );
}

function stub(variables: Record<string, string>): void {
  for (const [name, value] of Object.entries({ ...variables, AWS_REGION: 'eu-west-1' })) vi.stubEnv(name, value);
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

describe.each(['express', 'kafka'] as const)('with %s', async (profile) => {
  const given = await environments(profile);

  test.each(Object.keys(given))('%s starts with the environment that it is given', async (name) => {
    stub(given[name] ?? {});
    await expect(handlers[name]?.()).resolves.toHaveProperty('handler');
  });
});

test('with Spark, the training function is told of its job', async () => {
  const { train = {} } = await environments('msk');
  stub(train);
  await expect(import('../../../lambdas/train-with-spark/handler.ts')).resolves.toHaveProperty('handler');
  vi.resetModules();
  vi.stubEnv('SPARK_JOB', undefined);
  await expect(import('../../../lambdas/train-with-spark/handler.ts')).rejects.toThrow('SPARK_JOB');
});

test('a function that lacks a variable does not start', async () => {
  const { DATABASE_SECRET_ARN: _, ...rest } = (await environments('express'))['process-view'] ?? {};
  stub(rest);
  await expect(handlers['process-view']?.()).rejects.toThrow('DATABASE_SECRET_ARN');
});
