import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { pythonVenv } from '../../brackets/python-venv.ts';
import { type ProfileName, profileNames } from '../../lib/profiles.ts';
import { addProfile } from '../../lib/synthesize.ts';
import { checkovTriage } from './checkov-triage.ts';

/** What its script does; scripts of a moved environment name the folder in which they were made. */
const CFN_LINT = 'import sys; from cfnlint.runner import main; sys.exit(main())';
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
/** To read eight templates takes checkov a minute here. */
const CHECKOV_TIMEOUT_MS = 300_000;
const python = await pythonVenv({
  name: 'template-linters-1',
  packages: ['cfn-lint==1.58.0', 'checkov==3.3.30'],
  modules: ['cfnlint', 'checkov'],
});

const templates = new Map<ProfileName, string[]>();
beforeAll(() => {
  for (const name of profileNames) {
    const { app, stacks } = addProfile(name);
    const { directory } = app.synth();
    templates.set(
      name,
      [stacks.data, stacks.app].map(({ templateFile }) => join(directory, templateFile)),
    );
  }
});

type Result = { code: number; stdout: string; stderr: string };

/** A linter says by its exit status that it found something, and so does one that broke down. */
async function runLinter(args: readonly string[]): Promise<Result> {
  const failed = ({ code, stdout, stderr }: Result) => ({ code, stdout, stderr });
  const done = await promisify(execFile)(python ?? '', [...args], { maxBuffer: MAX_OUTPUT_BYTES }).catch(failed);
  return { code: 0, ...done };
}

const reportSchema = z.object({
  results: z.object({ failed_checks: z.array(z.object({ check_id: z.string(), resource: z.string() })) }),
});

/** What checkov finds in a template, by the id of the check. */
async function findings(template: string): Promise<{ check_id: string; resource: string }[]> {
  const options = ['--framework', 'cloudformation', '--skip-download', '--compact', '--quiet', '-o', 'json'];
  const { stdout } = await runLinter(['-m', 'checkov.main', ...options, '-f', template]);
  return reportSchema.parse(JSON.parse(stdout)).results.failed_checks;
}

describe.skipIf(python === undefined)('the templates, read by linters that others wrote', () => {
  // W3005: a dependency that a reference implies is stated too; CDK does so everywhere.
  test.each(profileNames)('cfn-lint has nothing to say about %s', async (name) => {
    const result = await runLinter(['-c', CFN_LINT, '-i', 'W3005', '-t', ...(templates.get(name) ?? [])]);
    expect(result).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test(
    'checkov finds nothing that is not triaged, and everything that is',
    async () => {
      const found = (await Promise.all([...templates.values()].flat().map(findings))).flat();
      const unexplained = found.filter(({ check_id }) => !(check_id in checkovTriage));
      expect(unexplained).toEqual([]);
      const ids = new Set(found.map(({ check_id }) => check_id));
      expect(Object.keys(checkovTriage).filter((id) => !ids.has(id))).toEqual([]);
    },
    CHECKOV_TIMEOUT_MS,
  );
});
