import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { inject } from 'vitest';
import cdkSettings from '../../cdk.json' with { type: 'json' };
import type { AppStack } from '../../lib/app-stack.ts';
import type { DataStack } from '../../lib/data-stack.ts';
import { addStage } from '../../lib/stage.ts';
import { readStageSettings } from '../../platform/stage-settings.ts';
import { type ProfileName, profiles } from './profiles.ts';
import type { Synthesized, SynthesizedStack } from './stack-template.ts';

/** An app with the feature flags of ours and without bundling; what it writes goes with the run. */
export function createApp(): App {
  return new App({
    outdir: mkdtempSync(join(inject('runFolder'), 'cdk.out-')),
    context: { ...cdkSettings.context, 'aws:cdk:bundling-stacks': [] },
  });
}

/** A stage of a profile; no template is made yet. */
export function addProfile(profile: ProfileName): { app: App; stacks: ReturnType<typeof addStage> } {
  const { stage, settings } = profiles[profile];
  const app = createApp();
  return { app, stacks: addStage(app, readStageSettings(stage, { [stage]: settings })) };
}

/** What CloudFormation would get of it. */
export function synthesize(profile: ProfileName): Synthesized {
  const { data, app } = addProfile(profile).stacks;
  return { data: templateOf(data, { data, app }), app: templateOf(app, { data, app }) };
}

function templateOf(stack: DataStack | AppStack, stacks: ReturnType<typeof addStage>): SynthesizedStack {
  return {
    ...(Template.fromStack(stack).toJSON() as Pick<SynthesizedStack, 'Resources' | 'Outputs'>),
    isProtected: stack.terminationProtection ?? false,
    waitsFor: (['data', 'app'] as const).filter((name) => stack.dependencies.includes(stacks[name])),
  };
}
