import { type BlendWeights, type LiveFeature, liveColumn, liveFeatures } from '../blend/weights.ts';

/** What is stored for the recommender of the learnt weights; those of pairs are folded into the neighbours. */
export function blendWeights(
  learnt: Float64Array,
  { positionDecay, halfLifeDays }: { positionDecay: number; halfLifeDays: number },
): BlendWeights {
  const live = Object.fromEntries(liveFeatures.map((feature) => [feature, learnt[liveColumn(feature)] as number]));
  return { ...(live as Record<LiveFeature, number>), position_decay: positionDecay, half_life_days: halfLifeDays };
}
