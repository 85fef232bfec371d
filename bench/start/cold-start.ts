import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App } from 'aws-cdk-lib';
import * as z from 'zod';
import { addStage } from '../../lib/stage.ts';
import { readStageSettings } from '../../platform/stage-settings.ts';
import { writeResults } from '../report/write-results.ts';

/**
 * What a cold start loads: the size of each function's bundle as CDK makes it, and how long a new Node takes to import
 * it, beside an empty module, in turns.
 *
 *   npm run bench -- cold-start
 *
 * Lambda gives a function of 512 MB about a third of a processor, so that times there are longer; the ratios say more.
 */
const ROUNDS = 15;

const resourceSchema = z.object({
  Type: z.string(),
  Properties: z.looseObject({ FunctionName: z.unknown().optional() }).optional(),
  Metadata: z.object({ 'aws:asset:path': z.string().optional() }).optional(),
});
const templateSchema = z.object({ Resources: z.record(z.string(), resourceSchema) });

/** The names of our functions and the files that Lambda would load. */
function bundles(outdir: string): { name: string; file: string }[] {
  const { context } = JSON.parse(readFileSync(new URL('../../cdk.json', import.meta.url), 'utf8'));
  const app = new App({ outdir, context: { ...context, 'aws:cdk:enable-asset-metadata': true } });
  const stacks = addStage(app, readStageSettings('dev', {}));
  const { directory } = app.synth();
  const template = path.join(directory, stacks.app.templateFile);
  const { Resources } = templateSchema.parse(JSON.parse(readFileSync(template, 'utf8')));
  return Object.values(Resources).flatMap(({ Type, Properties, Metadata }) => {
    const asset = Metadata?.['aws:asset:path'];
    const name = Properties?.FunctionName;
    if (Type !== 'AWS::Lambda::Function' || asset === undefined || typeof name !== 'string') return [];
    return [{ name: name.replace('bazaarstream-dev-', ''), file: path.join(directory, asset, 'index.mjs') }];
  });
}

/** Every variable that some function reads, with a value of its form. */
const ENVIRONMENT = {
  ...{ DATABASE_SECRET_ARN: 'arn', API_KEYS_SECRET_ARN: 'arn', SIGNING_SECRET_ARN: 'arn', OWNER_SECRET_ARN: 'arn' },
  ...{ KAFKA_BROKERS: '127.0.0.1:9', KAFKA_AUTH: 'iam', AWS_REGION: 'us-east-1', RETENTION_DAYS: '400' },
  TRAINING_WINDOW_DAYS: '180',
  FAILED_BATCH_BUCKET: 'bucket',
  CONSUMER_FUNCTIONS: JSON.stringify({ product_views: 'v', cart_events: 'c', purchases: 'p' }),
  ROLE_SECRET_ARNS: JSON.stringify({
    ...{ bazaar_writer: 'arn', bazaar_reader: 'arn', bazaar_bi: 'arn', bazaar_maintainer: 'arn' },
    ...{ bazaar_catalogue: 'arn', bazaar_trainer: 'arn', bazaar_people: 'arn', bazaar_repairer: 'arn' },
  }),
};

function importMs(file: string): number {
  const script = `const t = performance.now(); await import(${JSON.stringify(file)}); console.log(performance.now() - t); process.exit()`;
  const args = ['--input-type=module', '-e', script];
  return Number(execFileSync(process.execPath, args, { env: ENVIRONMENT, encoding: 'utf8' }));
}

const outdir = mkdtempSync(path.join(tmpdir(), 'bazaar-bundles-'));
try {
  const empty = path.join(outdir, 'empty.mjs');
  writeFileSync(empty, 'export const handler = async () => undefined;\n');
  const targets = [{ name: 'an empty module', file: empty }, ...bundles(outdir)];
  const times = new Map<string, number[]>(targets.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const { name, file } of targets) times.get(name)?.push(importMs(file));
  const rows = targets.map(({ name, file }) => {
    const sorted = (times.get(name) ?? []).sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
    return { name, kilobytes: Math.round(statSync(file).size / 1000), import_ms: Math.round(median * 10) / 10 };
  });
  console.table(rows);
  await writeResults('cold-start', 'npm run bench -- cold-start', { rounds: ROUNDS, rows });
} finally {
  rmSync(outdir, { recursive: true, force: true });
}
