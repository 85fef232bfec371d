import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { StageName } from '../../platform/stage-settings.ts';
import { type Removed, stripAssembly } from './strip-assembly.ts';

const run = promisify(execFile);
const COMMAND_TIMEOUT_MS = 180_000;
const MAX_OUTPUT_BYTES = 32 * 1024 * 1024;
const ASSEMBLY = 'cdk.out';
const OUTPUTS = 'outputs.json';

export type Deployed = {
  /** By stack and name. */
  outputs: Record<string, Record<string, string>>;
  /** What was left out. */
  removed: Removed[];
  /** What the command printed. */
  printed: string;
};

export type Cdk = {
  /** Once in an account. */
  bootstrap(stage: StageName): Promise<void>;
  /** Synthesizes, strips and deploys both stacks of the stage. @throws with what the command printed, when it failed. */
  deploy(stage: StageName): Promise<Deployed>;
};

/** The command `cdk` as somebody runs it in a checkout; `environment` says where AWS is, and as whom. */
export function createCdk(checkout: string, environment: Readonly<Record<string, string>>): Cdk {
  const commandLine = join(checkout, 'node_modules/aws-cdk/bin/cdk');
  const env = {
    ...environment,
    PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    HOME: checkout,
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
  const options = { cwd: checkout, env, timeout: COMMAND_TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES };
  const cdk = async (...args: string[]) => {
    const { stdout, stderr } = await run(process.execPath, [commandLine, '--no-notices', ...args], options).catch(
      ({ stdout, stderr }: { stdout: string; stderr: string }) => {
        throw new Error(`cdk ${args[0]} failed:\n${stdout}\n${stderr}`);
      },
    );
    return stdout + stderr;
  };
  const synthesize = (stage: StageName) => cdk('synth', '--quiet', '--output', ASSEMBLY, '--context', `stage=${stage}`);
  return {
    async bootstrap(stage) {
      await synthesize(stage);
      await cdk('bootstrap', '--app', ASSEMBLY, 'aws://000000000000/us-east-1');
    },
    async deploy(stage) {
      await synthesize(stage);
      const removed = await stripAssembly(join(checkout, ASSEMBLY));
      const approval = ['--require-approval', 'never'];
      const printed = await cdk('deploy', '--all', '--app', ASSEMBLY, ...approval, '--outputs-file', OUTPUTS);
      const outputs = JSON.parse(await readFile(join(checkout, OUTPUTS), 'utf8')) as Deployed['outputs'];
      return { outputs, removed, printed };
    },
  };
}
