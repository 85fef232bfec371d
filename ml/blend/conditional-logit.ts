import type { ChoiceSet } from './choice-set.ts';
import { type RandomBelow, shuffle } from './random-below.ts';

/** Passes over the choices, choices a step, and the step of Adam: more of each changed nothing on two shops. */
const PASSES = 12;
const BATCH = 64;
const STEP = 0.05;
const SHRINKAGE = 1e-4;
const FIRST_WEIGHT = 0.5;
/** What a candidate with less than this to learn from would change is lost in rounding. */
const NEGLIGIBLE = 1e-6;
const [MEAN_DECAY, SQUARE_DECAY, EPSILON] = [0.9, 0.999, 1e-8];

/**
 * Learns the weights with which the touched candidate gets the greatest probability exp(w·x) / Σ exp(w·x'): a conditional
 * logit (McFadden, "Conditional Logit Analysis of Qualitative Choice Behavior", 1974), by Adam (Kingma, Ba, 2015).
 *
 * @param below orders the choices.
 * @returns a weight for each feature.
 */
export function fitConditionalLogit(choices: ChoiceSet, featureCount: number, below: RandomBelow): Float64Array {
  const weights = new Float64Array(featureCount).fill(FIRST_WEIGHT);
  const move = createAdam(weights);
  const order = Uint32Array.from(choices.targets.keys());
  const gradient = new Float64Array(featureCount);
  for (let pass = 0; pass < PASSES; pass++) {
    shuffle(order, below);
    for (let first = 0; first < order.length; first += BATCH) {
      const batch = order.subarray(first, first + BATCH);
      gradient.fill(0);
      for (const choice of batch) addGradient(choices, choice, weights, gradient);
      for (let feature = 0; feature < featureCount; feature++)
        gradient[feature] = (gradient[feature] as number) / batch.length + SHRINKAGE * (weights[feature] as number);
      move(gradient, STEP * (1 - pass / PASSES));
    }
  }
  return weights;
}

/** Adds Σ p·x over the candidates, less x of the target: the gradient of − log p(target). */
function addGradient(choices: ChoiceSet, choice: number, weights: Float64Array, gradient: Float64Array): void {
  const { candidateStarts, entryStarts, features, values, targets } = choices;
  const first = candidateStarts[choice] as number;
  const odds = oddsOf(choices, choice, weights);
  const total = odds.reduce((sum, odd) => sum + odd, 0);
  odds.forEach((odd, row) => {
    const error = odd / total - (row === targets[choice] ? 1 : 0);
    if (Math.abs(error) < NEGLIGIBLE) return;
    const end = entryStarts[first + row + 1] as number;
    for (let entry = entryStarts[first + row] as number; entry < end; entry++) {
      const feature = features[entry] as number;
      gradient[feature] = (gradient[feature] as number) + error * (values[entry] as number);
    }
  });
}

/** exp(w·x) of each candidate, by the greatest. */
function oddsOf({ candidateStarts, entryStarts, features, values }: ChoiceSet, choice: number, weights: Float64Array) {
  const first = candidateStarts[choice] as number;
  const odds = new Float64Array((candidateStarts[choice + 1] as number) - first);
  let greatest = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < odds.length; row++) {
    let score = 0;
    const end = entryStarts[first + row + 1] as number;
    for (let entry = entryStarts[first + row] as number; entry < end; entry++)
      score += (weights[features[entry] as number] as number) * (values[entry] as number);
    odds[row] = score;
    if (score > greatest) greatest = score;
  }
  for (let row = 0; row < odds.length; row++) odds[row] = Math.exp((odds[row] as number) - greatest);
  return odds;
}

/** Steps that take the mean and the square of past gradients into account. */
function createAdam(weights: Float64Array): (gradient: Float64Array, step: number) => void {
  const [means, squares] = [new Float64Array(weights.length), new Float64Array(weights.length)];
  let steps = 0;
  return (gradient, step) => {
    steps++;
    gradient.forEach((slope, feature) => {
      const mean = MEAN_DECAY * (means[feature] as number) + (1 - MEAN_DECAY) * slope;
      const square = SQUARE_DECAY * (squares[feature] as number) + (1 - SQUARE_DECAY) * slope ** 2;
      [means[feature], squares[feature]] = [mean, square];
      const [unbiasedMean, unbiasedSquare] = [mean / (1 - MEAN_DECAY ** steps), square / (1 - SQUARE_DECAY ** steps)];
      weights[feature] = (weights[feature] as number) - (step * unbiasedMean) / (Math.sqrt(unbiasedSquare) + EPSILON);
    });
  };
}
