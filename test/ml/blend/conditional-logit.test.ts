import { expect, test } from 'vitest';
import { createCandidateSheet } from '../../../ml/blend/candidate-sheet.ts';
import { createChoiceCollector } from '../../../ml/blend/choice-set.ts';
import { fitConditionalLogit } from '../../../ml/blend/conditional-logit.ts';
import { type RandomBelow, randomBelow } from '../../../ml/blend/random-below.ts';

const PLANTED = [2, -1, 0.5, 0];
const CANDIDATES = 12;

test('finds the weights with which visitors chose', () => {
  const below = randomBelow(3);
  const choices = createChoiceCollector();
  const sheet = createCandidateSheet(CANDIDATES, PLANTED.length);
  for (let choice = 0; choice < 8000; choice++) {
    sheet.clear();
    for (let product = 0; product < CANDIDATES; product++)
      PLANTED.forEach((_, feature) => {
        // Half of the features are absent, as most are of most candidates.
        if (below(2) === 0) sheet.add(product, feature, below(1000) / 500);
        else sheet.rowOf(product);
      });
    const odds = Array.from({ length: CANDIDATES }, (_, row) =>
      Math.exp(PLANTED.reduce((sum, weight, feature) => sum + weight * Number(sheet.values[row * 4 + feature]), 0)),
    );
    choices.add(sheet, draw(odds, below));
  }
  const weights = fitConditionalLogit(choices.finish(), PLANTED.length, randomBelow(1));
  PLANTED.forEach((weight, feature) => {
    expect(Math.abs(Number(weights[feature]) - weight)).toBeLessThan(0.1);
  });
});

function draw(odds: number[], below: RandomBelow): number {
  let left = (below(2 ** 31) / 2 ** 31) * odds.reduce((sum, odd) => sum + odd, 0);
  const row = odds.findIndex((odd) => {
    left -= odd;
    return left < 0;
  });
  return Math.max(0, row);
}
