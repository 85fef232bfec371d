/**
 * The training function as it is deployed, on this machine:
 *
 *   const folder = bundleTraining();                       // what CDK puts into the archive
 *   const { outcome, threads, recorded } = await runBundle(folder, { databaseUrl, roleUrl, … });
 */
import { execFile } from 'node:child_process';
import { globSync, mkdtempSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { App, Stack } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { inject } from 'vitest';
import cdkSettings from '../../../cdk.json' with { type: 'json' };
import { TrainingFunction } from '../../../lib/functions/training-function.ts';
import { startNeonEndpoint } from '../../../local/neon/endpoint.ts';
import type { TrainingOutcome } from '../../../ml/training/train-model.ts';
import { readStageSettings } from '../../../platform/stage-settings.ts';

const LIMIT_MS = 60_000;

/** Bundles it with the command that a deploy runs. */
export function bundleTraining(): string {
  const outdir = mkdtempSync(join(inject('runFolder'), 'bundles-'));
  const stack = new Stack(new App({ outdir, context: cdkSettings.context }), 'Training');
  const settings = readStageSettings('dev', {});
  new TrainingFunction(stack, 'Train', { settings, trainerSecret: new Secret(stack, 'Secret') });
  const [bundle] = globSync(join(outdir, 'asset.*/index.mjs'));
  if (bundle === undefined) throw new Error(`no bundle was made in ${outdir}`);
  return dirname(bundle);
}

type TrainingRun = {
  outcome: TrainingOutcome;
  /** How many were started. */
  threads: number;
  /** The metrics, by name, as CloudWatch reads them in the log. */
  recorded: Record<string, unknown>;
};

/** Runs in the function's process: with so many processors as its memory would bring, and every thread counted. */
const RUNNER = `
  import { syncBuiltinESMExports } from 'node:module';
  import os from 'node:os';
  const [bundle, processors, remainingMs] = process.argv.slice(1);
  os.availableParallelism = () => Number(processors);
  syncBuiltinESMExports();
  let threads = 0;
  process.on('worker', () => (threads += 1));
  const { handler } = await import(bundle);
  const outcome = await handler({}, { getRemainingTimeInMillis: () => Number(remainingMs) });
  console.log(JSON.stringify({ outcome, threads }));
`;

export async function runBundle(
  folder: string,
  options: { databaseUrl: string; roleUrl: string; processors: number; remainingMs: number },
): Promise<TrainingRun> {
  const neon = await startNeonEndpoint({ databaseUrl: options.databaseUrl });
  const secrets = await serveSecret(JSON.stringify({ role: 'any', password: 'any', url: options.roleUrl }));
  const env = {
    ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'any' },
    ...{ AWS_ENDPOINT_URL: secrets.url, DATABASE_SECRET_ARN: 'arn', NEON_ENDPOINT: new URL(neon.fetchEndpoint).origin },
    TRAINING_WINDOW_DAYS: '180',
  };
  const args = [join(folder, 'index.mjs'), String(options.processors), String(options.remainingMs)];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', RUNNER, ...args], { env, timeout: LIMIT_MS });
    const lines = stdout.trim().split('\n');
    const recorded = lines.find((line) => line.includes('"CloudWatchMetrics"')) ?? '{}';
    return { ...JSON.parse(lines.at(-1) ?? ''), recorded: JSON.parse(recorded) };
  } finally {
    secrets.server.close();
    await neon.close();
  }
}

/** Answers every request as Secrets Manager answers the one for this secret. */
async function serveSecret(text: string): Promise<{ server: Server; url: string }> {
  const server = createServer((_, response) => response.end(JSON.stringify({ SecretString: text })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { server, url: `http://127.0.0.1:${port}` };
}
