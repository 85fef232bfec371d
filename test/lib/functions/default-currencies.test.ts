import { expect, test } from 'vitest';
import { addStage } from '../../../lib/stage.ts';
import { readStageSettings } from '../../../platform/stage-settings.ts';
import { createApp } from '../synthesize.ts';

test('a default currency that ISO 4217 does not list is refused before anything is deployed', () => {
  const stage = (code: string) =>
    addStage(createApp(), readStageSettings('dev', { dev: { defaultCurrencies: { shop: 'EUR', web: code } } }));
  expect(() => stage('XYZ')).toThrow(
    'the settings are wrong: stages.dev.defaultCurrencies.web is XYZ; allowed: ISO 4217 currency codes',
  );
  expect(() => stage('CHF')).not.toThrow();
});
